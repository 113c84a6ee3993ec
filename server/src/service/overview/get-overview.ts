// An organization's tokens at a glance: counts over all of them, and the few that are probably forgotten.
import type { OrganizationId } from "@mintmark/core";
import { nextTurn } from "../../event-loop/turn.ts";
import type { Cursor, OutcomeDay, Reads, TokenRecord } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { allowsOversight, requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { spanOfDays } from "../usage/credential-usage.ts";
import { createTokenTally, type TokenCounts } from "./token-tally.ts";

/** Tokens read at once: few, since on SQLite nothing else happens meanwhile. */
const AT_ONCE = 1_000;

export interface Overview {
  readonly at: number;
  readonly counts: TokenCounts;
  /** The longest unused first; `null` where the policy does not let admins see members' tokens. */
  readonly staleTokens: readonly TokenRecord[] | null;
  readonly span: { readonly from: number; readonly to: number };
  readonly outcomes: readonly OutcomeDay[];
}

export async function getOverview(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly days: number },
): Promise<Overview> {
  const { reads } = deps.store;
  const { organizationId, days } = input;
  const { organization } = await requirePermission(deps, reads, actor, organizationId, "tokens:read");
  const now = deps.clock();
  const span = spanOfDays(now, days);
  const counts = await countTokens(reads, organizationId, now);
  const maySeeTokens = allowsOversight(organization.policy, "list");
  return {
    at: now,
    counts,
    staleTokens: maySeeTokens ? await inOrder(reads, counts.stalest) : null,
    span,
    outcomes: await reads.listOutcomeDays(organizationId, span.from),
  };
}

async function countTokens(reads: Reads, organizationId: OrganizationId, now: number): Promise<TokenCounts> {
  const tally = createTokenTally(now);
  let after: Cursor | null = null;
  do {
    const { items, next } = await reads.listLiveTokens(organizationId, now, { limit: AT_ONCE, after });
    for (const token of items) tally.add(token);
    after = next;
    if (after !== null) await nextTurn();
  } while (after !== null);
  return tally.counts();
}

async function inOrder(reads: Reads, ids: TokenCounts["stalest"]): Promise<readonly TokenRecord[]> {
  const found = new Map((await reads.listTokensById(ids)).map((token) => [token.id, token]));
  return ids.flatMap((id) => found.get(id) ?? []);
}
