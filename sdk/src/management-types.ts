// The requests and responses of `/api/manage`, as types. A test compares each with the instance's OpenAPI document.

/** RFC 3339 in UTC. */
type Instant = string;

/**
 * Your version of a thing: a whole number from 0, or an RFC 3339 instant. Of two changes the one with the newer version
 * wins, in whatever order they arrive. Use numbers or instants, not both.
 */
export type Version = number | string;

/** The confirmation of a change: since `at` it is in force everywhere. */
export interface Receipt {
  readonly at: Instant;
  readonly confirmedBy: "single" | "replicas" | "lease";
  /** How many processes confirmed the change. */
  readonly replicas: number;
  readonly waitedMs: number;
}

export interface RevocationReceipt extends Receipt {
  readonly revoked: true;
}

export interface ActorReference {
  readonly kind: "user" | "api_key" | "service" | "management_key" | "system";
  readonly id: string;
  readonly name: string;
}

export interface EndedCredential {
  readonly id: string;
  readonly name: string;
  readonly prefix: string | null;
  readonly auditEventId: string;
}

/** The end or the suspension of a membership, with everything that ended or paused with it. */
export interface Offboarding {
  readonly auditEventId: string;
  readonly action: "member.removed" | "member.left" | "member.suspended";
  readonly at: Instant;
  readonly organizationId: string;
  readonly member: {
    readonly membershipId: string;
    readonly user: { readonly id: string; readonly name: string };
    readonly role: string;
  };
  readonly by: ActorReference;
  readonly via: { readonly kind: string; readonly id: string; readonly name: string } | null;
  readonly tokenCount: number;
  /** The tokens whose events are already written, up to 1,000. */
  readonly tokens: readonly EndedCredential[];
  readonly complete: boolean;
  readonly pausedTokens: number;
  readonly apiKeys: readonly EndedCredential[];
  readonly apiKeysLeft: {
    readonly count: number;
    readonly countOfMember: number;
    readonly ofMember: readonly { readonly id: string; readonly name: string; readonly prefix: string }[];
  };
  readonly invitations: readonly { readonly id: string; readonly email: string; readonly auditEventId: string }[];
  readonly pausedInvitations: number;
  readonly movedSessions: number;
}

export interface DirectoryReceipt extends Receipt {
  /** Present where a token or an API key was revoked. */
  readonly revoked?: true;
  readonly offboarding?: Offboarding | null;
}

export interface DirectoryResult {
  /** `false`: it was like that already, so nothing was recorded. */
  readonly changed: boolean;
  /** Mintmark's id of the user, the organization or the membership; `null` when there is none. */
  readonly id: string | null;
  readonly externalId: string;
  /** Present when a newer version was there before, so the change came too late. */
  readonly stale?: true;
  readonly receipt?: DirectoryReceipt;
}

export interface UserFields {
  readonly name: string;
  readonly email: string;
  /** Whether you have proved the address. It is believed. */
  readonly emailVerified?: boolean;
  readonly suspended?: boolean;
  readonly version?: Version;
}

export interface OrganizationFields {
  readonly name: string;
  readonly version?: Version;
}

export interface MemberFields {
  readonly role: string;
  readonly suspended?: boolean;
  readonly version?: Version;
}

export interface MembersFields {
  readonly members: readonly { readonly externalId: string; readonly role: string; readonly suspended?: boolean }[];
  /** Only return what would happen. */
  readonly dryRun?: boolean;
  /** How many members may be removed. Without it: a tenth of the present members, at least three. */
  readonly maxRemovals?: number;
  readonly version?: Version;
}

export interface DirectoryUser {
  readonly id: string;
  readonly externalId: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  /** By your product. */
  readonly suspended: boolean;
  /** By your product, or by an instance admin. */
  readonly state: "active" | "suspended";
  readonly suspendedAt: Instant | null;
  readonly instanceAdmin: boolean;
  readonly createdAt: Instant;
}

export interface DirectoryOrganization {
  readonly id: string;
  readonly externalId: string;
  readonly name: string;
  readonly createdAt: Instant;
}

export interface OrganizationOfUser {
  readonly organization: DirectoryOrganization;
  readonly role: string;
  readonly state: "active" | "suspended";
}

export interface DirectoryMember {
  /** The membership. Each time a person joins, a new one is created. */
  readonly id: string;
  readonly user: {
    readonly id: string;
    readonly externalId: string | null;
    readonly name: string;
    readonly email: string;
  };
  readonly role: string;
  readonly suspended: boolean;
  readonly state: "active" | "suspended";
  readonly joinedAt: Instant;
  readonly tokenCount: number;
}

export interface MembersResult {
  readonly id: string;
  readonly externalId: string;
  readonly changed: boolean;
  readonly stale?: true;
  readonly dryRun: boolean;
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly tokenCount: number;
  readonly tokens: readonly {
    readonly id: string;
    readonly name: string;
    readonly prefix: string;
    readonly userExternalId: string;
  }[];
  /** Members who could not be added or changed. The others were. */
  readonly refused: readonly {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
    readonly externalId: string;
  }[];
  readonly receipt?: Receipt;
}

export type DirectoryChange =
  | ({ readonly type: "user.put"; readonly user: string } & UserFields)
  | { readonly type: "user.delete"; readonly user: string; readonly version?: Version }
  | ({ readonly type: "organization.put"; readonly organization: string } & OrganizationFields)
  | { readonly type: "organization.delete"; readonly organization: string; readonly version?: Version }
  | ({ readonly type: "member.put"; readonly organization: string; readonly user: string } & MemberFields)
  | {
      readonly type: "member.delete";
      readonly organization: string;
      readonly user: string;
      readonly version?: Version;
    };

export type BatchResult =
  | (DirectoryResult & { readonly status: 200 })
  /** The status, code and detail of the change, sent alone. */
  | { readonly status: number; readonly code: string; readonly detail: string };

export interface HandOffFields {
  /** The user's external id, or the user, who is created or updated. That needs the scope `directory:write`, too. */
  readonly user:
    | string
    | { readonly externalId: string; readonly name: string; readonly email: string; readonly emailVerified?: boolean };
  /** The organization's external id, or the organization, which is created or updated. */
  readonly organization: string | { readonly externalId: string; readonly name: string };
  /** With it, the user becomes a member with this role. */
  readonly role?: string;
  /** Where the person arrives. */
  readonly page: "tokens" | "new-token" | "connect" | "device" | "audit";
  /** The `return_to` that Mintmark sent to your sign-in page. */
  readonly returnTo?: string;
  /** A page of your product to go back to. */
  readonly returnUrl?: string;
  /** When the person last proved to you who they are. */
  readonly authenticatedAt?: Instant;
}

export interface CreatedHandOff {
  /** A secret: it works once, for the first browser that opens it. Redirect to it, and do not log it. */
  readonly url: string;
  readonly id: string;
  readonly expiresAt: Instant;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly organization: { readonly id: string; readonly name: string; readonly personal: boolean };
  readonly membershipId: string;
  /** `null`: the whole role of its owner. */
  readonly permissions: readonly string[] | null;
  readonly state: "active" | "expired" | "revoked" | "suspended" | "blocked";
  readonly blockedBy: string | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly lastUsedAt: Instant | null;
  readonly lastUsedIp: string | null;
  readonly useCount: number;
  readonly revokedAt: Instant | null;
  readonly revokedReason: string | null;
}

/** People and organizations by your ids, or by Mintmark's. */
export interface TokenOwner {
  readonly user?: string;
  readonly userId?: string;
  readonly organization?: string;
  readonly organizationId?: string;
}

export interface AuditEvent {
  readonly id: string;
  readonly at: Instant;
  readonly organizationId: string | null;
  readonly actor: ActorReference;
  /** The credential that was used; `null`: a browser session. */
  readonly via: { readonly kind: string; readonly id: string; readonly name: string } | null;
  /** Such as `member.removed`. A later version adds others. */
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string; readonly name: string } | null;
  readonly outcome: "ok" | "denied";
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  /** Values before and after the change. Never a secret. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface EventPage {
  readonly items: readonly AuditEvent[];
  /** The next `after`, also when `items` is empty. Store it when the items are processed. */
  readonly nextCursor: string;
}

export interface ManagementKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  /** The namespace of the key's external ids. */
  readonly source: string;
  readonly scopes: readonly string[];
  readonly networks: readonly string[];
  readonly declared: boolean;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly lastUsedAt: Instant | null;
}
