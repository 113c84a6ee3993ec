// The closed list of what the audit log records, each as a label. `object.verb`, past tense.
export const AUDIT_ACTION_LABELS = {
  "pat.created": "Token created",
  "pat.used": "Token used",
  "pat.denied": "Token refused",
  "pat.revoked": "Token revoked",
  "pat.expired": "Token expired",
  "pat.renamed": "Token renamed",
  "pat.dismissed": "Token dismissed",
  "api_key.created": "API key created",
  "api_key.used": "API key used",
  "api_key.denied": "API key refused",
  "api_key.expired": "API key expired",
  "api_key.revoked": "API key revoked",
  "member.invited": "Person invited",
  "member.joined": "Member joined",
  "member.role_changed": "Member role changed",
  "member.suspended": "Member suspended",
  "member.reinstated": "Member reinstated",
  "member.removed": "Member removed",
  "member.left": "Member left",
  "invitation.resent": "Invitation resent",
  "invitation.withdrawn": "Invitation withdrawn",
  "organization.created": "Organization created",
  "organization.renamed": "Organization renamed",
  "organization.deleted": "Organization deleted",
  "organization.joining_changed": "Joining by domain changed",
  "policy.changed": "Token policy changed",
  "mcp.tool_called": "Tool called over MCP",
  "audit.exported": "Audit log exported",
  "audit.retention_changed": "Audit log: retention changed",
  "audit.pruned": "Audit log: old events deleted",
  "device.requested": "Login from a terminal requested",
  "device.approved": "Login from a terminal approved",
  "device.denied": "Login from a terminal denied",
  "device.redeemed": "Login from a terminal completed",
  "device.refused": "Login from a terminal refused",
  "hand_off.created": "Hand-off made",
  "hand_off.redeemed": "Hand-off opened",
  "hand_off.ended": "Hand-off ended",
  "session.created": "Signed in",
  "session.ended": "Session ended",
  "session.reauthenticated": "Password confirmed",
  "user.created": "Account created",
  "user.renamed": "Account renamed",
  "user.email_changed": "Account email changed",
  "user.email_verification_requested": "Email to confirm the address sent",
  "user.email_verified": "Address confirmed",
  "user.email_unverified": "Address no longer confirmed",
  "user.linked": "Account linked to the host",
  "user.password_changed": "Account password changed",
  "user.password_reset_requested": "Password reset requested",
  "user.reset_link_created": "Link to set a password made",
  "user.password_reset": "Password reset by a link",
  "user.notices_changed": "Choice of notices changed",
  "calendar_feed.created": "Calendar feed created",
  "calendar_feed.revoked": "Calendar feed revoked",
  "user.suspended": "Account suspended",
  "user.reinstated": "Account reinstated",
  "user.instance_admin_appointed": "Instance admin appointed",
  "user.instance_admin_dismissed": "Instance admin dismissed",
  "user.tokens_revoked": "Tokens of an account revoked",
  "user.deleted": "Account deleted",
  "service.created": "Service created",
  "service.renamed": "Service renamed",
  "service.revoked": "Service revoked",
  "service.key_created": "Service key created",
  "service.key_revoked": "Service key revoked",
  "management_key.created": "Management key created",
  "management_key.declared": "Management key declared",
  "management_key.renamed": "Management key renamed",
  "management_key.revoked": "Management key revoked",
  "management_key.used": "Management key used",
  "management_key.denied": "Management key refused",
  "webhook.created": "Webhook created",
  "webhook.changed": "Webhook changed",
  "webhook.secret_rotated": "Webhook: secret rotated",
  "webhook.tested": "Webhook: test event sent",
  "webhook.replayed": "Webhook: events sent again",
  "webhook.disabled": "Webhook turned off by Mintmark",
  "webhook.deleted": "Webhook deleted",
  "instance.restored": "Database restored from a backup",
  "instance.test_email_requested": "Test email requested",
} as const;

export type AuditAction = keyof typeof AUDIT_ACTION_LABELS;

export const AUDIT_ACTIONS = Object.keys(AUDIT_ACTION_LABELS) as [AuditAction, ...AuditAction[]];

/** The actions that a text names: one of them, or all that begin with it when it ends in a dot (`pat.`). */
export function auditActionsNamed(text: string): readonly AuditAction[] {
  return AUDIT_ACTIONS.filter((action) => action === text || (text.endsWith(".") && action.startsWith(text)));
}

/** Events of use, which are many and change nothing. A webhook gets them only if it names them. */
const OF_USE: ReadonlySet<AuditAction> = new Set([
  "pat.used",
  "pat.denied",
  "api_key.used",
  "api_key.denied",
  "mcp.tool_called",
]);

/**
 * Whether a webhook with these event types gets an event. A type is an action, or the beginning of one that ends in a dot.
 * `null`: all events but those of use.
 */
export function isSentToWebhook(types: readonly string[] | null, action: AuditAction): boolean {
  if (types === null) return !OF_USE.has(action);
  return types.some((type) => type === action || (type.endsWith(".") && action.startsWith(type)));
}
