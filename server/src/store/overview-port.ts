// Verbs about all live tokens of an organization: few facts of each, in parts. A token is live when it was
// neither revoked nor has expired.
import type { OrganizationId, TokenId } from "@mintmark/core";
import type { TokenRecord } from "./credential-port.ts";
import type { Page, PageRequest } from "./page.ts";

export interface LiveToken {
  readonly id: TokenId;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

export interface OverviewReads {
  /** The live tokens of the organization, newest first. Its pages may be longer than those of lists. */
  listLiveTokens(organizationId: OrganizationId, now: number, page: PageRequest): Promise<Page<LiveToken>>;
  /** These tokens, in no order; an unknown id is left out. */
  listTokensById(ids: readonly TokenId[]): Promise<readonly TokenRecord[]>;
}
