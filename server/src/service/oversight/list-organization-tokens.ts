import { type CredentialState, DAY_MS, type OrganizationId, staleBefore, type UserId } from "@mintmark/core";
import type { OrganizationRecord, Page, PageRequest, TokenOrder, TokenRecord, TokenSearch } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { requireOversight } from "./require-oversight.ts";
import { tokenBlocks } from "./token-blocks.ts";

export interface TokenQuery {
  readonly state: CredentialState | null;
  readonly member: UserId | null;
  readonly stale: boolean;
  readonly neverUsed: boolean;
  /** Neither revoked nor expired, and ending within so many days. */
  readonly expiresWithinDays: number | null;
  /** A part of a token's name or prefix, or of its owner's name or address. */
  readonly query: string | null;
  readonly order: TokenOrder;
}

/** Every member's tokens in the organization that pass the filter, ended and dismissed ones included. */
export async function listOrganizationTokens(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  input: { readonly query: TokenQuery; readonly page: PageRequest },
): Promise<Page<TokenRecord>> {
  const { organization } = await requirePermission(deps, deps.store.reads, actor, organizationId, "tokens:read");
  requireOversight(organization.policy, "list");
  const search = searchOf(deps, organization, input.query);
  return deps.store.reads.searchTokens(organizationId, search, input.page);
}

function searchOf(deps: Deps, organization: OrganizationRecord, query: TokenQuery): TokenSearch {
  const now = deps.clock();
  const text = query.query?.trim() ?? "";
  return {
    filter: {
      state: query.state,
      userId: query.member,
      unusedSince: query.stale ? staleBefore(now) : null,
      neverUsed: query.neverUsed,
      expiresBefore: query.expiresWithinDays === null ? null : now + query.expiresWithinDays * DAY_MS,
      query: text === "" ? null : text,
    },
    order: query.order,
    blocks: tokenBlocks(organization, now, deps.settings),
    now,
  };
}
