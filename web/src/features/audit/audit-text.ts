// Audit events in words, and the filter as the address holds it.
import type { AuditFilter } from "../../api/audit.ts";
import type { AuditAction, AuditEvent } from "../../api/types.ts";

const SUBJECTS: Readonly<Record<string, string>> = { pat: "token", api_key: "API key" };

/** `pat.created` → "Token created". */
export function actionLabel(action: string): string {
  const [subject = "", verb = ""] = action.split(".");
  const text = `${SUBJECTS[subject] ?? subject.replaceAll("_", " ")} ${verb.replaceAll("_", " ")}`.trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function actorLabel(event: Pick<AuditEvent, "actor" | "via">): string {
  const { actor, via } = event;
  const name = actor.kind === "system" ? "Mintmark" : (actor.name ?? actor.id ?? "Unknown");
  return via ? `${name} via ${via.name}` : name;
}

/** What was acted on, unless the actor line names it already. */
export function targetLabel(event: Pick<AuditEvent, "actor" | "via" | "target">): string | null {
  const { actor, via, target } = event;
  if (target === null || target.id === via?.id || target.id === actor.id || target.name === actor.name) return null;
  return target.name;
}

interface ActionGroup {
  readonly label: string;
  readonly actions: readonly AuditAction[];
}

/** Actions worth filtering by, most wanted first. */
export const AUDIT_ACTION_GROUPS: readonly ActionGroup[] = [
  {
    label: "Tokens",
    actions: ["pat.created", "pat.used", "pat.denied", "pat.revoked", "pat.expired", "pat.renamed"],
  },
  { label: "API keys", actions: ["api_key.created", "api_key.used", "api_key.denied", "api_key.revoked"] },
  {
    label: "Members",
    actions: [
      "member.invited",
      "member.joined",
      "member.role_changed",
      "member.suspended",
      "member.reinstated",
      "member.removed",
      "member.left",
      "invitation.resent",
      "invitation.withdrawn",
    ],
  },
  { label: "Organization", actions: ["organization.created", "organization.renamed", "policy.changed"] },
];

export interface AuditSearch {
  readonly actor?: string;
  readonly action?: string;
  readonly credential?: string;
  /** Local days, `YYYY-MM-DD`. */
  readonly from?: string;
  readonly to?: string;
}

/** The request's filter: days become instants, the last day to its end. What the server does not know is left out. */
export function filterOf(search: AuditSearch): AuditFilter {
  const from = dayStart(search.from, 0);
  const to = dayStart(search.to, 1);
  const action = AUDIT_ACTION_GROUPS.flatMap(({ actions }) => actions).find((known) => known === search.action);
  return {
    ...(search.actor ? { actor: search.actor } : {}),
    ...(action ? { action } : {}),
    ...(search.credential ? { credential: search.credential } : {}),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  };
}

function dayStart(day: string | undefined, offset: number): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? "");
  if (match === null) return null;
  const date = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + offset);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
