// What an overview counts of live tokens, one token after the other.
import { DAY_MS, staleBefore, type TokenId } from "@mintmark/core";
import type { LiveToken } from "../../store/store.ts";

/** Bounds of age, in days: younger than the first, between it and the second, …, older than the last. */
export const AGE_BOUNDS: readonly number[] = [7, 30, 90, 180, 365];
const EXPIRY_DAYS = 90;
/** Stale tokens that are named. */
const STALE_NAMED = 50;

export interface TokenCounts {
  readonly live: number;
  readonly neverUsed: number;
  readonly withoutExpiry: number;
  readonly stale: number;
  /** Between each two bounds of age. */
  readonly byAge: readonly number[];
  /** The days of the next 90 on which tokens expire, oldest first. */
  readonly expiries: readonly { readonly day: number; readonly tokens: number }[];
  /** Some of the stale ones, the longest unused first. */
  readonly stalest: readonly TokenId[];
}

export interface TokenTally {
  add(token: LiveToken): void;
  counts(): TokenCounts;
}

export function createTokenTally(now: number): TokenTally {
  const byAge = Array.from({ length: AGE_BOUNDS.length + 1 }, () => 0);
  const expiries = new Map<number, number>();
  let [live, neverUsed, withoutExpiry, stale] = [0, 0, 0, 0];
  let stalest: { readonly id: TokenId; readonly lastSign: number }[] = [];

  const keepStalest = (): void => {
    stalest.sort((one, other) => one.lastSign - other.lastSign);
    stalest = stalest.slice(0, STALE_NAMED);
  };

  return {
    add({ id, createdAt, expiresAt, lastUsedAt }) {
      live++;
      const bound = AGE_BOUNDS.findIndex((days) => now - createdAt < days * DAY_MS);
      const age = bound === -1 ? AGE_BOUNDS.length : bound;
      byAge[age] = (byAge[age] as number) + 1;
      if (lastUsedAt === null) neverUsed++;
      if (expiresAt === null) withoutExpiry++;
      else if (expiresAt < now + EXPIRY_DAYS * DAY_MS) {
        const day = Math.floor(expiresAt / DAY_MS);
        expiries.set(day, (expiries.get(day) ?? 0) + 1);
      }
      const lastSign = lastUsedAt ?? createdAt;
      if (lastSign > staleBefore(now)) return;
      stale++;
      stalest.push({ id, lastSign });
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
