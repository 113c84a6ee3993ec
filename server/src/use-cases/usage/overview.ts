// An overview of an organization's tokens: counts over all of them, and some of those that are probably forgotten.
import { credentialEnd, DAY_MS, type EndRules, isStale, type OrganizationId, type TokenId } from "@mintmark/core";
import { nextTurn } from "../../bounded.ts";
import type { Cursor, LiveToken, OrganizationRecord, OutcomeDay, Reads, TokenRecord } from "../../store/store.ts";
import type { Actor, Deps } from "../use-case.ts";
import { allowsOversight, requirePermission } from "../authority.ts";
import { spanOfDays } from "./usage.ts";

/** How many tokens are read at once. Few, since SQLite does no other work meanwhile. */
const AT_ONCE = 1_000;

/** Bounds of age, in days: younger than the first, between two of them, or older than the last. */
export const AGE_BOUNDS: readonly number[] = [7, 30, 90, 180, 365];
const EXPIRY_DAYS = 90;
/** How many stale tokens are named. */
const STALE_NAMED = 50;
interface TokenCounts {
  readonly live: number;
  readonly neverUsed: number;
  readonly withoutExpiry: number;
  readonly stale: number;
  /** One count for each range between two bounds of age. */
  readonly byAge: readonly number[];
  /** The days of the next 90 on which tokens end, by expiry or policy, oldest first. */
  readonly expiries: readonly { readonly day: number; readonly tokens: number }[];
  /** Some of the stale tokens, the longest unused first. */
  readonly stalest: readonly TokenId[];
}

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
  const counts = await countTokens(reads, organization, now);
  const maySeeTokens = allowsOversight(organization.policy, "list");
  return {
    at: now,
    counts,
    staleTokens: maySeeTokens ? await inOrder(reads, counts.stalest) : null,
    span,
    outcomes: await reads.listOutcomeDays(organizationId, span.from),
  };
}

async function countTokens(
  reads: Reads,
  { id, policy }: Pick<OrganizationRecord, "id" | "policy">,
  now: number,
): Promise<TokenCounts> {
  const tally = createTokenTally(policy, now);
  let after: Cursor | null = null;
  do {
    const { items, next } = await reads.listLiveTokens(id, now, { limit: AT_ONCE, after });
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

interface TokenTally {
  add(token: LiveToken): void;
  counts(): TokenCounts;
}

function createTokenTally(rules: EndRules, now: number): TokenTally {
  const byAge = Array.from({ length: AGE_BOUNDS.length + 1 }, () => 0);
  const expiries = new Map<number, number>();
  let [live, neverUsed, withoutExpiry, stale] = [0, 0, 0, 0];
  let stalest: { readonly id: TokenId; readonly lastSign: number }[] = [];

  const keepStalest = (): void => {
    stalest.sort((one, other) => one.lastSign - other.lastSign);
    stalest = stalest.slice(0, STALE_NAMED);
  };

  return {
    add(token) {
      const { id, createdAt, expiresAt, lastUsedAt } = token;
      live++;
      const bound = AGE_BOUNDS.findIndex((days) => now - createdAt < days * DAY_MS);
      const age = bound === -1 ? AGE_BOUNDS.length : bound;
      byAge[age] = (byAge[age] as number) + 1;
      if (lastUsedAt === null) neverUsed++;
      if (expiresAt === null) withoutExpiry++;
      const end = credentialEnd(rules, token);
      if (end !== null && end.at > now && end.at < now + EXPIRY_DAYS * DAY_MS) {
        const day = Math.floor(end.at / DAY_MS);
        expiries.set(day, (expiries.get(day) ?? 0) + 1);
      }
      if (!isStale(token, now)) return;
      stale++;
      stalest.push({ id, lastSign: lastUsedAt ?? createdAt });
      if (stalest.length >= STALE_NAMED * 20) keepStalest();
    },
    counts() {
      keepStalest();
      return {
        live,
        neverUsed,
        withoutExpiry,
        stale,
        byAge,
        expiries: [...expiries].sort(([one], [other]) => one - other).map(([day, tokens]) => ({ day, tokens })),
        stalest: stalest.map(({ id }) => id),
      };
    },
  };
}
