// Audit events in words.
import { AUDIT_ACTION_LABELS } from "@mintmark/core";
import type { AuditAction, AuditEvent } from "../api/types.ts";
import { isolated } from "../ui/text.ts";

const LABELS: Partial<Record<string, string>> = AUDIT_ACTION_LABELS;

/** Formats an action: `pat.created` → "Token created". */
export function actionLabel(action: string): string {
  return LABELS[action] ?? capitalized(action.replaceAll(/[._]/g, " "));
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function actorName({ actor }: Pick<AuditEvent, "actor">): string {
  const isMintmark = actor.kind === "system" && !["anonymous", "host"].includes(actor.id ?? "");
  return isMintmark ? "Mintmark" : actor.name || actor.id || "Unknown";
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
      "user.reset_link_created",
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
    label: "Management keys",
    all: "management_key.",
    actions: [
      "management_key.created",
      "management_key.declared",
      "management_key.renamed",
      "management_key.revoked",
      "management_key.used",
      "management_key.denied",
    ],
  },
  {
    label: "The instance, services, webhooks and deleted organizations",
    all: "instance.,service.,webhook.,organization.deleted",
    actions: [
      "instance.restored",
      "service.created",
      "service.renamed",
      "service.key_created",
      "service.key_revoked",
      "service.revoked",
      "webhook.created",
      "webhook.changed",
      "webhook.secret_rotated",
      "webhook.tested",
      "webhook.replayed",
      "webhook.disabled",
      "webhook.deleted",
      "organization.deleted",
    ],
  },
];
