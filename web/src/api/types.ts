// What the HTTP API sends and takes, by the names the product uses. Instants are RFC 3339 strings.

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export type Access = "read" | "write";

export interface PermissionInfo {
  name: string;
  access: Access;
  description: string;
}

export interface RoleInfo {
  name: string;
  description: string;
  permissions: string[];
}

export interface Instance {
  /** Whether the first account exists. */
  setUp: boolean;
  signUp: "invite" | "open";
  brand: string;
  personalTokens: "allow" | "deny";
  baseUrl: string;
  permissions: PermissionInfo[];
  roles: RoleInfo[];
}

export interface OrganizationMembership {
  id: string;
  name: string;
  personal: boolean;
  membershipId: string;
  role: string;
  permissions: string[];
  state: "active" | "suspended";
}

export interface Account {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean;
  instanceAdmin: boolean;
  createdAt: string;
}

export interface Session {
  id: string;
  user: Account;
  organization: OrganizationMembership;
  organizations: OrganizationMembership[];
  authenticatedAt: string;
  reauthenticateBy: string;
  expiresAt: string;
}

export interface AccountSession {
  id: string;
  current: boolean;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  ip: string | null;
  userAgent: string | null;
  organization: { id: string; name: string };
}

export type CredentialState = "active" | "expired" | "revoked" | "suspended" | "blocked";

/** Who did something, by the name they had then. */
export interface ActorReference {
  kind: "user" | "api_key" | "service" | "system";
  id: string;
  name: string;
}

export interface PersonalAccessToken {
  id: string;
  name: string;
  prefix: string;
  user: { id: string; name: string; email: string };
  organization: { id: string; name: string; personal: boolean };
  membershipId: string;
  /** `null` is the whole role. */
  permissions: string[] | null;
  state: CredentialState;
  blockedBy: string | null;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  lastUsedIp: string | null;
  lastUsedUserAgent: string | null;
  useCount: number;
  revokedAt: string | null;
  revokedBy: ActorReference | null;
  revokedReason: string | null;
  replaces: string | null;
}

export interface MintedToken {
  token: PersonalAccessToken;
  secret: string;
}

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  organization: { id: string; name: string };
  role: string;
  permissions: string[] | null;
  createdBy: { id: string; name: string } | null;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export interface Member {
  /** The membership's id. */
  id: string;
  user: { id: string; name: string; email: string };
  role: string;
  state: "active" | "suspended";
  joinedAt: string;
  tokenCount: number;
}

export interface Invitation {
  id: string;
  email: string;
  role: string;
  invitedBy: { id: string; name: string } | null;
  createdAt: string;
  expiresAt: string;
  /** Only in the answer that creates or resends it. */
  url?: string;
}

export interface InvitationPreview {
  organization: { id: string; name: string };
  role: string;
  email: string;
  invitedBy: { name: string } | null;
  expiresAt: string;
  hasAccount?: boolean;
}

export type Ceiling = { kind: "role" } | { kind: "read-only" } | { kind: "list"; permissions: string[] };

export interface TokenPolicy {
  maxLifetimeDays: number | null;
  allowNoExpiry: boolean;
  ceiling: Ceiling;
  mintableBy: string[];
  oversight: "audit" | "list" | "list-and-revoke";
  revokeOnSuspend: boolean;
  idleDays: number | null;
  networks: string[] | null;
  mcp: "read-write" | "read-only" | "off";
}

export interface AuditEvent {
  id: string;
  at: string;
  organizationId: string | null;
  actor: { kind: "user" | "api_key" | "service" | "system"; id: string | null; name: string | null };
  via: { id: string; name: string; kind: string } | null;
  action: string;
  target: { kind: string; id: string; name: string | null } | null;
  outcome: "ok" | "denied";
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  details: Record<string, unknown> | null;
}

/** The answer to whatever ends authority: from `at` on, no verification accepts it. */
export interface Receipt {
  revoked: true;
  at: string;
  confirmedBy: "single" | "replicas" | "lease";
  waitedMs: number;
}

export interface AdminUser {
  id: string;
  name: string;
  email: string;
  instanceAdmin: boolean;
  createdAt: string;
  suspendedAt: string | null;
}

export interface Service {
  id: string;
  name: string;
  prefix: string;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}
