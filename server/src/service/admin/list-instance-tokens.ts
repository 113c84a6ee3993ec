import { type OrganizationId, staleBefore, type UserId } from "@mintmark/core";
import type { Page, PageRequest, TokenRecord } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

export interface InstanceTokenFilter {
  readonly organizationId: OrganizationId | null;
  readonly userId: UserId | null;
  /** `live`: neither revoked nor expired nor suspended; the organization's policy may still refuse it. */
  readonly state: "live" | "expired" | "revoked" | "suspended" | null;
  readonly stale: boolean;
  readonly neverUsed: boolean;
  /** A part of the token's name or prefix, or of its owner's name or address, ignoring case. */
  readonly query: string | null;
}

/**
 * Personal access tokens across organizations, newest first, ended ones included. A page looks through a bounded
 * number of tokens, so it may hold few of them while there is more to look through. Metadata alone, never a secret.
 */
export function listInstanceTokens(
  deps: Pick<Deps, "store" | "clock">,
  filter: InstanceTokenFilter,
  page: PageRequest,
): Promise<Page<TokenRecord>> {
  const now = deps.clock();
  const { organizationId, userId, state, stale, neverUsed, query } = filter;
  return deps.store.reads.searchTokens(
    organizationId,
    {
      filter: {
        // What a policy blocks differs from organization to organization, so here it counts as live.
        state: state === "live" ? "active" : state,
        userId,
        unusedSince: stale ? staleBefore(now) : null,
        neverUsed,
        expiresBefore: null,
        query,
      },
      order: { by: "created", direction: "descending" },
      blocks: { mintedBefore: null, withoutExpiry: false, unusedSince: null, all: false },
      now,
    },
    page,
  );
}
