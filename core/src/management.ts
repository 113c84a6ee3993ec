// The management key: the credential of the host, which is the product that Mintmark serves. It keeps the directory, makes
// hand-offs, reads events, and lists and revokes tokens. Its scopes say which of these.
// Rule: no scope covers minting, appointing instance admins, changing a policy, reading a secret or signing in.

/** Every scope of a management key, with what it allows. */
export const MANAGEMENT_SCOPE_LABELS = {
  "directory:read": "Read users, organizations and members by their external ids",
  "directory:write": "Create, change and delete users, organizations and members",
  "hand-offs:create": "Make links that open a person's token pages",
  "tokens:read": "List people's tokens, without their secrets",
  "tokens:revoke": "Revoke people's tokens",
  "events:read": "Read the audit events of the instance",
} as const;

export type ManagementScope = keyof typeof MANAGEMENT_SCOPE_LABELS;

export const MANAGEMENT_SCOPES = Object.keys(MANAGEMENT_SCOPE_LABELS) as [ManagementScope, ...ManagementScope[]];

export function isManagementScope(text: string): text is ManagementScope {
  return Object.hasOwn(MANAGEMENT_SCOPE_LABELS, text);
}

/** The source of the external ids that a key keeps, where nobody named another. */
export const DEFAULT_SOURCE = "host";

/** The name of a source. A product and an identity provider can share an instance, because each has its source. */
export const SOURCE_PATTERN: RegExp = /^[a-z][a-z0-9-]{0,31}$/;
/** For a person who wrote another one. */
export const SOURCE_RULE = "Use 1 to 32 characters of a to z, 0 to 9 and hyphens, the first of a to z.";

/** How many active keys a source, or a service, may have: the present one, and the next one while it takes over. */
export const KEYS_AT_ONCE = 2;

/**
 * Why a management key has ended. `admin`: an instance admin or the operator revoked it. `self`, `leaked`: a holder of the
 * secret did. `undeclared`: the configuration declared it and no longer does.
 */
export const MANAGEMENT_KEY_ENDS = ["admin", "self", "leaked", "undeclared"] as const;

export type ManagementKeyEnd = (typeof MANAGEMENT_KEY_ENDS)[number];
