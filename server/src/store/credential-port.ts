// Verbs about personal access tokens, API keys and services.
import type {
  ApiKeyFacts,
  ApiKeyId,
  Facts,
  MembershipId,
  OrganizationId,
  RevokedReason,
  ServiceId,
  TokenFacts,
  TokenId,
  UserId,
} from "@mintmark/core";
import type { ActorRef } from "./audit-port.ts";
import type { Page, PageRequest } from "./page.ts";

/** SHA-256 of a secret, a session cookie or a link: 32 bytes. The plaintext never reaches the store. */
export type Hash = Uint8Array;

/** Facts for verification, or `null` when no credential has the hash. */
export type VerificationLookup = Facts | null;

export interface Usage {
  readonly lastUsedIp: string | null;
  readonly lastUsedUserAgent: string | null;
  readonly useCount: number;
}

/** A token as lists show it: the facts it is judged by, and its history. */
export interface TokenRecord extends TokenFacts, Usage {
  readonly lastUsedRoute: string | null;
  readonly revokedBy: ActorRef | null;
  /** The token this one was minted to replace. */
  readonly replaces: TokenId | null;
  readonly dismissedAt: number | null;
}

export interface ApiKeyRecord extends ApiKeyFacts, Usage {
  readonly revokedBy: ActorRef | null;
  readonly createdBy: { readonly id: UserId; readonly name: string };
}

export interface ServiceRecord {
  readonly id: ServiceId;
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: number;
  readonly createdBy: { readonly id: UserId; readonly name: string };
  readonly revokedAt: number | null;
  /** To the minute. */
  readonly lastUsedAt: number | null;
}

export interface NewToken {
  readonly id: TokenId;
  readonly hash: Hash;
  readonly prefix: string;
  readonly name: string;
  readonly userId: UserId;
  readonly organizationId: OrganizationId;
  readonly membershipId: MembershipId;
  readonly permissions: readonly string[] | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** When its end is announced first; left out, it is not announced. */
  readonly expiryNoticeAt?: number | null;
  readonly replaces: TokenId | null;
}

export interface NewApiKey {
  readonly id: ApiKeyId;
  readonly hash: Hash;
  readonly prefix: string;
  readonly name: string;
  readonly organizationId: OrganizationId;
  readonly role: string;
  readonly permissions: readonly string[] | null;
  readonly createdBy: UserId;
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export interface Revocation {
  readonly at: number;
  readonly by: ActorRef;
  readonly reason: RevokedReason;
}

/** A credential that a sweeping revocation, or its expiry, ended: for the audit event of each. */
export interface RevokedRef {
  readonly id: TokenId | ApiKeyId;
  readonly name: string;
  readonly prefix: string;
  readonly organizationId: OrganizationId;
}

export interface CredentialReads {
  findToken(id: TokenId): Promise<TokenRecord | null>;
  /** The user's tokens, newest first: in one organization or all, without the dismissed ones. */
  listTokensOfUser(
    userId: UserId,
    organizationId: OrganizationId | null,
    page: PageRequest,
  ): Promise<Page<TokenRecord>>;
  /** Every member's tokens in the organization, newest first, dismissed ones included. */
  listTokensOfOrganization(organizationId: OrganizationId, page: PageRequest): Promise<Page<TokenRecord>>;
  /** The same without the revoked ones. */
  listUnrevokedTokensOfOrganization(organizationId: OrganizationId, page: PageRequest): Promise<Page<TokenRecord>>;
  findApiKey(id: ApiKeyId): Promise<ApiKeyRecord | null>;
  listApiKeys(organizationId: OrganizationId, page: PageRequest): Promise<Page<ApiKeyRecord>>;
  /** A service that was not revoked. */
  findServiceByHash(hash: Hash): Promise<ServiceRecord | null>;
  findService(id: ServiceId): Promise<ServiceRecord | null>;
  listServices(page: PageRequest): Promise<Page<ServiceRecord>>;
}

export interface CredentialWrites {
  insertToken(token: NewToken): Promise<void>;
  lockToken(id: TokenId): Promise<TokenRecord | null>;
  renameToken(id: TokenId, name: string): Promise<void>;
  /** Leaves a tombstone on a token that has none; a second revocation changes nothing. */
  revokeToken(id: TokenId, revocation: Revocation): Promise<void>;
  dismissToken(id: TokenId, at: number): Promise<void>;

  insertApiKey(key: NewApiKey): Promise<void>;
  lockApiKey(id: ApiKeyId): Promise<ApiKeyRecord | null>;
  revokeApiKey(id: ApiKeyId, revocation: Revocation): Promise<void>;
  /** Revokes up to `limit` of the organization's keys that are not yet revoked and answers them. */
  revokeApiKeysOfOrganization(
    id: OrganizationId,
    revocation: Revocation,
    limit: number,
  ): Promise<readonly RevokedRef[]>;
  /** In every organization, also those the user has left. */
  revokeApiKeysCreatedBy(id: UserId, revocation: Revocation): Promise<readonly RevokedRef[]>;

  /**
   * Up to `limit` credentials whose expiry has come by `now`, that were not revoked, and that no call has
   * answered before: each is answered once, also when several replicas ask at the same time. `looked` counts those too
   * that had ended before and are not answered: fewer than `limit` means that none are left.
   */
  noteExpiries(
    kind: "pat" | "api_key",
    now: number,
    limit: number,
  ): Promise<{ readonly looked: number; readonly expired: readonly RevokedRef[] }>;

  /** Throws `Conflict("service_name")` when a live service has the name. */
  insertService(service: {
    readonly id: ServiceId;
    readonly hash: Hash;
    readonly prefix: string;
    readonly name: string;
    readonly createdAt: number;
    readonly createdBy: UserId;
  }): Promise<void>;
  /** A later use that is known already stays. */
  noteServiceUse(id: ServiceId, at: number): Promise<void>;
  /** Throws `Conflict("service_name")` when another live service has the name. */
  renameService(id: ServiceId, name: string): Promise<void>;
  /** `false` when the service is unknown or already revoked. */
  revokeService(id: ServiceId, at: number, by: UserId): Promise<boolean>;
}
