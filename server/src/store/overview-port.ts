// Verbs about all live tokens of an organization at once: counted, never listed whole. A token is live when
// it was neither revoked nor has expired.
import type { OrganizationId, TokenId, UserId } from "@mintmark/core";

export interface TokenCounts {
  readonly live: number;
  readonly neverUsed: number;
  readonly withoutExpiry: number;
  /** Not used since `unusedSince`, nor made since. */
  readonly stale: number;
  /** How many were made since the first instant of `since`, between it and the second, … and before the last. */
  readonly byAge: readonly number[];
}

export interface ExpiryDay {
  readonly day: number;
  readonly tokens: number;
}

export interface StaleToken {
  readonly id: TokenId;
  readonly name: string;
  readonly prefix: string;
  readonly user: { readonly id: UserId; readonly name: string };
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

export interface OverviewReads {
  /** `since` holds instants, the latest first. */
  countTokens(
    organizationId: OrganizationId,
    at: { readonly now: number; readonly unusedSince: number; readonly since: readonly number[] },
  ): Promise<TokenCounts>;
  /** On which UTC days, from one instant (exclusive) to the other (exclusive), live tokens expire. */
  listExpiryDays(organizationId: OrganizationId, from: number, to: number): Promise<readonly ExpiryDay[]>;
  /** The stale tokens, the longest unused first. */
  listStaleTokens(
    organizationId: OrganizationId,
    at: { readonly now: number; readonly unusedSince: number },
    limit: number,
  ): Promise<readonly StaleToken[]>;
}
