// Verbs about the history of use: what pictures are drawn from. Counted in memory by verification and written
// in batches, so it may lack the last second; nothing is ever decided by it.
import type { ApiKeyId, OrganizationId, TokenId, UserId } from "@mintmark/core";

/** Addresses of a credential that are kept by name: the most recent ones. */
export const ADDRESSES_KEPT = 100;
/** Routes of a credential that are kept by name: the most recent ones. */
export const ROUTES_KEPT = 50;

/** One UTC day of one credential. `day` counts days since 1970-01-01. */
export interface UseDay {
  readonly credentialId: string;
  readonly day: number;
  readonly uses: number;
  /** How often its full secret matched and was refused. */
  readonly denied: number;
}

/** By what uses are told apart: the client's address, or the route that was called. */
export type UseFacet = "address" | "route";

export interface FacetUse {
  readonly credentialId: string;
  readonly facet: UseFacet;
  readonly value: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly uses: number;
}

/** One UTC day of an organization: `outcome` is `ok`, or the code of a refusal. */
export interface OutcomeDay {
  readonly organizationId: OrganizationId;
  readonly day: number;
  readonly outcome: string;
  readonly count: number;
}

/** What was counted since the last batch. Each day, facet and outcome is in it once. */
export interface UseHistory {
  readonly days: readonly UseDay[];
  readonly facets: readonly FacetUse[];
  readonly outcomes: readonly OutcomeDay[];
}

export interface UseHistoryReads {
  /** Days of these credentials since `fromDay`, in no order; days without a use are left out. */
  listUseDays(credentialIds: readonly string[], fromDay: number): Promise<readonly UseDay[]>;
  /** The addresses and routes that are kept of the credential, the most used first. */
  listUseFacets(credentialId: string): Promise<readonly FacetUse[]>;
  /** When the credential was used for the first time ever; `null` when it never was. */
  findFirstUse(credentialId: string): Promise<number | null>;
  /** Days of the organization since `fromDay`, oldest first. */
  listOutcomeDays(organizationId: OrganizationId, fromDay: number): Promise<readonly OutcomeDay[]>;
  /** Which of these are tokens of the user, or of the organization, or of both when both are given. */
  selectTokens(
    ids: readonly string[],
    of: { readonly userId?: UserId; readonly organizationId?: OrganizationId },
  ): Promise<readonly TokenId[]>;
  /** Which of these are API keys of the organization. */
  selectApiKeys(ids: readonly string[], organizationId: OrganizationId): Promise<readonly ApiKeyId[]>;
}

export interface UseHistoryWrites {
  /** Adds the batch. Of a credential's addresses and routes only the most recent stay. */
  recordUseHistory(history: UseHistory): Promise<void>;
  /** Forgets up to `limit` rows of each kind that are older than `beforeDay`; answers how many. */
  forgetUseHistory(beforeDay: number, limit: number): Promise<number>;
}
