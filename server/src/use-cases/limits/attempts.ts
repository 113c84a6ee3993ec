// Limits on how often a person, session, account, mailbox or network may try something.
// Rule: attempts are counted in the store, so all replicas count together. A limit counts the one who acts or fails. A
// shared client address is counted for anonymous work only, with a limit above an office's needs, and never blocks a
// signed-in person. docs/operating.md lists every limit.
// Deliberately absent: the limits on guessing passwords (sign-in.ts).
import { limitDetail, type LimitName, type OrganizationId, type UserId } from "@mintmark/core";
import type { Transaction } from "../../store/store.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";

const MINUTE_MS = 60_000;

/** At most `most` attempts under the key within one window. */
export interface Bound {
  readonly key: string;
  readonly most: number;
  readonly windowMs: number;
}

/**
 * Returns the part of an address that one household or attacker holds: a whole IPv4 address, the /64 of an IPv6 one.
 */
export function addressBlock(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [head, tail] = ip.split("::") as [string, string | undefined];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  return `${[...left, ...zeros, ...right].slice(0, 4).join(":")}::/64`;
}

/**
 * Returns the name under which a client's network is counted. When the address is unknown, the account stands in for
 * it: strangers who were counted together would lock each other out.
 */
export function networkOf(ip: string | null, account: string): string {
  return ip === null ? `unknown:${account}` : addressBlock(ip);
}

/** Returns the limit for the client's network; none when the address is unknown. */
export function networkBounds(ip: string | null, { key, ...bound }: Bound): readonly Bound[] {
  return ip === null ? [] : [{ ...bound, key: `${key}:${addressBlock(ip)}` }];
}

/**
 * Counts one attempt under each key, in the given order. Returns how long the caller must wait, in milliseconds, or 0
 * when every limit allows the attempt. A refused attempt counts too, but makes no wait longer.
 */
export async function countTry(tx: Transaction, bounds: readonly Bound[], now: number): Promise<number> {
  let longest = 0;
  for (const { key, most, windowMs } of bounds) {
    const { count, since } = await tx.countAttempt(key, windowMs, now);
    if (count > most) longest = Math.max(longest, since + windowMs - now);
  }
  return longest;
}

/**
 * Counts one attempt and refuses it with `rate_limited` when it exceeds a limit. `why` is the first sentence of the
 * refusal.
 */
export async function requireWithin(
  { store, clock }: Pick<Deps, "store" | "clock">,
  bounds: readonly Bound[],
  why: string,
): Promise<void> {
  const waitMs = await store.transaction((tx) => countTry(tx, bounds, clock()));
  if (waitMs > 0) throw rateLimited(why, waitMs);
}

/** Builds the refusal: `why`, then when to try again. */
export function rateLimited(why: string, waitMs: number): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  const when = waitMs > 2 * MINUTE_MS ? `${Math.ceil(waitMs / MINUTE_MS)} minutes` : `${retryAfterSeconds} s`;
  return new Refusal("rate_limited", `${why} Try again in ${when}.`, { retryAfterSeconds });
}

/** Counts one new token or key of a person. Refuses with `rate_limited`. */
export async function countMint(deps: Pick<Deps, "store" | "clock" | "settings">, userId: string): Promise<void> {
  const { mintLimit } = deps.settings;
  if (mintLimit === 0) return;
  const bound = { key: `mint:user:${userId}`, most: mintLimit, windowMs: MINUTE_MS };
  await requireWithin(deps, [bound], `You created more than ${mintLimit} tokens and keys within a minute.`);
}

// Bounds on how many items a person, an organization or the instance may have: core/src/limits.ts.

/**
 * Refuses one more item (`limit_reached`) when the bound is reached. Call it while holding the lock that every creation
 * of such an item takes: the user's row for organizations, the membership's for tokens, the instance's for services,
 * and the organization's exclusive lock for the rest. So two requests at the same time cannot exceed the bound.
 */
export async function requireRoom(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  limit: LimitName,
  of: string,
): Promise<void> {
  const most = deps.settings.limits[limit];
  if ((await tx.countToward(limit, of, deps.clock())) < most) return;
  throw new Refusal("limit_reached", limitDetail(limit, most));
}

/** Refuses when the person is in as many organizations as allowed, or the organization is full. Lock both before. */
export async function requireRoomToJoin(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<void> {
  await requireRoom(deps, tx, "organizationsOfPerson", userId);
  await requireRoom(deps, tx, "membersOfOrganization", organizationId);
}
