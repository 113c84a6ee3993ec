// Limits on how often something may be tried. Counted in the store, so that every replica counts alike.
import type { Deps } from "./deps.ts";
import { Refusal } from "./refusal.ts";

const MINT_WINDOW_MS = 60_000;

/** The part of an address that one household or attacker holds: IPv4 whole, IPv6 its /64. */
export function addressBlock(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [head, tail] = ip.split("::") as [string, string | undefined];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  return `${[...left, ...zeros, ...right].slice(0, 4).join(":")}::/64`;
}

/** Counts one minting or key creation against its user and its client address. Refuses with `rate_limited`. */
export async function countMint(
  deps: Pick<Deps, "store" | "clock" | "settings">,
  by: { readonly userId: string; readonly ip: string | null },
): Promise<void> {
  const { mintLimit } = deps.settings;
  if (mintLimit === 0) return;
  const now = deps.clock();
  const keys = [`mint:user:${by.userId}`, ...(by.ip === null ? [] : [`mint:address:${addressBlock(by.ip)}`])];
  const waitMs = await deps.store.transaction(async (tx) => {
    let longest = 0;
    for (const key of keys) {
      const { count, since } = await tx.countAttempt(key, MINT_WINDOW_MS, now);
      if (count > mintLimit) longest = Math.max(longest, since + MINT_WINDOW_MS - now);
    }
    return longest;
  });
  if (waitMs === 0) return;
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  throw new Refusal(
    "rate_limited",
    `More than ${mintLimit} tokens and keys were created within a minute. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}
