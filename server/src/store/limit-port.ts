// Counts the things that have bounds, and makes room where a bound ends the oldest instead of refusing.
import type { LimitName, OrganizationId, UserId } from "@mintmark/core";
import type { SessionRecord } from "./account-port.ts";
import type { InvitationRecord } from "./member-port.ts";

export interface LimitReads {
  /**
   * How much counts toward a bound: of this person, membership or organization; of the instance, whatever `of` says.
   * Exact while the caller holds the lock that everybody takes who makes one more.
   */
  countToward(limit: LimitName, of: string, now: number): Promise<number>;
}

export interface LimitWrites {
  /**
   * Ends the open sessions of the user beyond the `keep` that were seen last, of those that expired or were not seen
   * since `seenAfter` all. Answers those that somebody could still have used, up to 200: the next call ends the rest.
   */
  endSurplusSessions(
    userId: UserId,
    rule: { readonly keep: number; readonly seenAfter: number; readonly at: number },
  ): Promise<readonly SessionRecord[]>;
  /** Withdraws open invitations whose time is over, up to `limit`, and answers them. */
  withdrawExpiredInvitations(
    organizationId: OrganizationId,
    at: number,
    limit: number,
  ): Promise<readonly InvitationRecord[]>;
}
