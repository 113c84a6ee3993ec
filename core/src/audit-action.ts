// The closed list of what the audit log records. `object.verb`, past tense.
export const AUDIT_ACTIONS = [
  "pat.created",
  "pat.used",
  "pat.denied",
  "pat.revoked",
  "pat.expired",
  "pat.renamed",
  "pat.dismissed",
  "api_key.created",
  "api_key.used",
  "api_key.denied",
  "api_key.expired",
  "api_key.revoked",
  "member.invited",
  "member.joined",
  "member.role_changed",
  "member.suspended",
  "member.reinstated",
  "member.removed",
  "member.left",
  "invitation.resent",
  "invitation.withdrawn",
  "organization.created",
  "organization.renamed",
  "organization.deleted",
  "policy.changed",
  "audit.exported",
  "audit.retention_changed",
  "audit.pruned",
  "session.created",
  "session.ended",
  "session.reauthenticated",
  "user.created",
  "user.renamed",
  "user.email_changed",
  "user.password_changed",
  "user.notices_changed",
  "calendar_feed.created",
  "calendar_feed.revoked",
  "user.suspended",
  "user.reinstated",
  "user.deleted",
  "service.created",
  "service.revoked",
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The actions that a text names: one of them, or all that begin with it when it ends in a dot (`pat.`). */
export function auditActionsNamed(text: string): readonly AuditAction[] {
  return AUDIT_ACTIONS.filter((action) => action === text || (text.endsWith(".") && action.startsWith(text)));
}
