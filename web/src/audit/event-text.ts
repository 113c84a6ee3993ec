// Audit events in words.
import type { AuditAction, AuditEvent } from "../api/types.ts";
import { isolated } from "../ui/text.ts";

const SUBJECTS: Readonly<Record<string, string>> = {
  pat: "token",
  api_key: "API key",
  policy: "token policy",
  audit: "audit log",
  user: "account",
};

const LABELS: Partial<Record<AuditAction, string>> = {
  "pat.used": "Token used",
  "pat.denied": "Token refused",
  "api_key.denied": "API key refused",
  "mcp.tool_called": "Tool called over MCP",
  "audit.retention_changed": "Audit log: retention changed",
  "audit.pruned": "Audit log: old events deleted",
  "user.instance_admin_appointed": "Instance admin appointed",
  "user.instance_admin_dismissed": "Instance admin dismissed",
  "user.tokens_revoked": "Tokens of an account revoked",
  "organization.joining_changed": "Joining by domain changed",
  "user.email_verification_requested": "Email to confirm the address sent",
  "user.email_verified": "Address confirmed",
  "user.password_reset_requested": "Password reset asked for",
  "user.password_reset": "Password reset by mail",
  "device.requested": "Terminal login asked for",
  "device.approved": "Terminal login approved",
  "device.denied": "Terminal login denied",
  "device.redeemed": "Terminal login completed",
  "device.refused": "Terminal login refused",
  "instance.restored": "Database restored from a backup",
  "session.created": "Signed in",
  "session.ended": "Session ended",
  "session.reauthenticated": "Password confirmed",
};

/** Formats an action: `pat.created` → "Token created". */
export function actionLabel(action: string): string {
  const known = (LABELS as Partial<Record<string, string>>)[action];
  if (known !== undefined) return known;
  const [subject = "", verb = ""] = action.split(".");
  return capitalized(`${subjectOf(subject)} ${verb.replaceAll("_", " ")}`.trim());
}

function subjectOf(subject: string): string {
  return SUBJECTS[subject] ?? subject.replaceAll("_", " ");
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function actorName({ actor }: Pick<AuditEvent, "actor">): string {
  return actor.kind === "system" && actor.id !== "anonymous" ? "Mintmark" : actor.name || actor.id || "Unknown";
}

export function actorLabel(event: Pick<AuditEvent, "actor" | "via">): string {
  const { actor, via } = event;
  // An API key acts for itself, without a person.
  if (via === null || via.id === actor.id) return actorName(event);
  return `${isolated(actorName(event))} via ${isolated(via.name)}`;
}

/** The target, unless the line of the actor already names it. */
export function targetLabel(event: Pick<AuditEvent, "actor" | "via" | "target">): string | null {
  const { actor, via, target } = event;
  if (target === null || target.id === via?.id || target.id === actor.id || target.name === actor.name) return null;
  return target.name;
}

const KINDS: Readonly<Record<string, string>> = {
  pat: "token",
  api_key: "API key",
  service_key: "service key",
  membership: "member",
  policy: "token policy of",
  mcp_tool: "tool",
  device_login: "terminal",
};

/** `{kind: "pat", name: "CI"}` → "token CI". */
export function referenceLabel({
  kind,
  name,
  id,
}: {
  readonly kind: string;
  readonly name: string;
  readonly id: string;
}): string {
  return `${KINDS[kind] ?? kind.replaceAll("_", " ")} ${name || id}`;
}

interface ActionGroup {
  readonly label: string;
  /** The filter for all actions of the group. */
  readonly all: string;
  readonly actions: readonly AuditAction[];
}

/** Actions in an organization, the most common first. */
export const ORGANIZATION_ACTIONS: readonly ActionGroup[] = [
  {
    label: "Tokens",
    all: "pat.",
    actions: ["pat.created", "pat.used", "pat.denied", "pat.revoked", "pat.expired", "pat.renamed", "pat.dismissed"],
  },
  {
    label: "Terminal logins",
    all: "device.",
    actions: ["device.approved", "device.redeemed", "device.refused"],
  },
  {
    label: "API keys",
    all: "api_key.",
    actions: ["api_key.created", "api_key.used", "api_key.denied", "api_key.revoked", "api_key.expired"],
  },
  {
    label: "AI clients",
    all: "mcp.",
    actions: ["mcp.tool_called"],
  },
  {
    label: "Members and invitations",
    all: "member.,invitation.",
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
  {
    label: "Organization and rules",
    all: "organization.,policy.,audit.",
    actions: [
      "organization.created",
      "organization.renamed",
      "organization.joining_changed",
      "policy.changed",
      "audit.exported",
      "audit.retention_changed",
      "audit.pruned",
    ],
  },
];

/** The same, and the actions of accounts. */
export const ALL_ACTIONS: readonly ActionGroup[] = [
  ...ORGANIZATION_ACTIONS,
  {
    label: "Sessions and terminal logins",
    all: "session.,device.requested,device.denied",
    actions: ["session.created", "session.ended", "session.reauthenticated", "device.requested", "device.denied"],
  },
  {
    label: "Accounts",
    all: "user.",
    actions: [
      "user.created",
      "user.renamed",
      "user.email_changed",
      "user.email_verification_requested",
      "user.email_verified",
      "user.password_changed",
      "user.password_reset_requested",
      "user.password_reset",
      "user.suspended",
      "user.reinstated",
      "user.tokens_revoked",
      "user.instance_admin_appointed",
      "user.instance_admin_dismissed",
      "user.deleted",
    ],
  },
];

/** The same, and the actions that only an instance admin can see. */
export const INSTANCE_ACTIONS: readonly ActionGroup[] = [
  ...ALL_ACTIONS,
  {
    label: "The instance, services and deleted organizations",
    all: "instance.,service.,organization.deleted",
    actions: ["instance.restored", "service.created", "service.renamed", "service.revoked", "organization.deleted"],
  },
];
