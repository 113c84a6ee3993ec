// Verbs that search the tokens of an organization, or of all: for oversight, over any number of them.
import type { CredentialState, OrganizationId, UserId } from "@mintmark/core";
import type { TokenRecord } from "./credential-port.ts";
import type { Page, PageRequest } from "./page.ts";

/** What the organization's policy refuses, in instants: computed by the caller, so that the store judges nothing. */
export interface TokenBlocks {
  /** Tokens minted before this are refused. */
  readonly mintedBefore: number | null;
  /** Tokens without an expiry are refused. */
  readonly withoutExpiry: boolean;
  /** Tokens last used, or when never used minted, before this are refused. */
  readonly unusedSince: number | null;
  /** Every token is refused. */
  readonly all: boolean;
}

export interface TokenFilter {
  /** As lists show it, judged at `now` under `blocks`. */
  readonly state: CredentialState | null;
  readonly userId: UserId | null;
  /** Neither revoked nor expired, and last used, or when never used minted, at or before this. */
  readonly unusedSince: number | null;
  readonly neverUsed: boolean;
  /** Neither revoked nor expired, and ending at or before this. */
  readonly expiresBefore: number | null;
  /** A part of the token's name or prefix, or of its owner's name or address, ignoring case. */
  readonly query: string | null;
}

/** By when it was minted, when it expires (no expiry is last of all), or when it was last used (never is first of all). */
export interface TokenOrder {
  readonly by: "created" | "expires" | "lastUsed";
  readonly direction: "ascending" | "descending";
}

export interface TokenSearch {
  readonly filter: TokenFilter;
  readonly order: TokenOrder;
  readonly blocks: TokenBlocks;
  readonly now: number;
}

export interface TokenSearchReads {
  /**
   * The organization's tokens that pass the filter, in this order. A page looks through a few thousand tokens at
   * most, so it may hold fewer items than asked for, even none, while `next` says that there is more to look through.
   * With `null` those of every organization, which are in the order of their minting alone.
   */
  searchTokens(
    organizationId: OrganizationId | null,
    search: TokenSearch,
    page: PageRequest,
  ): Promise<Page<TokenRecord>>;
}
