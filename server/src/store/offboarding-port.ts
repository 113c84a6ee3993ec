// Verbs that tell what hangs from one membership, and what outlives it: before it is ended or suspended.
import type { AuditEventId, MembershipId, OrganizationId, UserId } from "@mintmark/core";
import type { AuditEventRecord } from "./audit-port.ts";
import type { ApiKeyRecord, TokenRecord } from "./credential-port.ts";
import type { InvitationRecord } from "./member-port.ts";

/** A list that is cut at a limit, and how many there are in all. */
export interface Counted<T> {
  readonly items: readonly T[];
  readonly count: number;
}

export interface OffboardingReads {
  /** The membership's tokens that are not revoked, expired ones included, newest first: what its end revokes. */
  listUnrevokedTokensOfMembership(id: MembershipId, limit: number): Promise<Counted<TokenRecord>>;
  /** The organization's API keys that are neither revoked nor expired: those this user created first, then newest first. */
  listLiveApiKeys(
    organizationId: OrganizationId,
    creator: UserId,
    now: number,
    limit: number,
  ): Promise<Counted<ApiKeyRecord> & { readonly countOfCreator: number }>;
  /** Invitations this membership issued that are neither accepted nor withdrawn: what its end withdraws. */
  listInvitationsIssuedBy(id: MembershipId): Promise<readonly InvitationRecord[]>;
  /** The user's open sessions that are active in the organization: what its end moves to the personal one. */
  countSessionsIn(userId: UserId, organizationId: OrganizationId, now: number): Promise<number>;
  /** One event of the organization's audit log. */
  findAuditEvent(organizationId: OrganizationId, id: AuditEventId): Promise<AuditEventRecord | null>;
}
