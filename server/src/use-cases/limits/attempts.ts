// Limits on how often something may be tried. Counted in the store, so that all replicas count together.
// Rule: a limit counts the person, session, account or mailbox that acts or fails. A shared client address is counted
// for anonymous work only, with a limit above what an office needs, and stops nobody who is signed in.
// docs/operating.md lists every limit. Guessing passwords has its own rules: sign-in.ts.
import { limitDetail, type LimitName, type OrganizationId, type UserId } from "@mintmark/core";
import type { Transaction } from "../../store/store.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";

const MINUTE_MS = 60_000;

/** At most `most` tries under the key within one window. */
export interface Bound {
  readonly key: string;
  readonly most: number;
  readonly windowMs: number;
}

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

/**
 * The name that a client's address is counted under. One whose address is unknown is named by its account, or what else
 * it is about: strangers that count as one lock each other out.
 */
export function networkOf(ip: string | null, account: string): string {
  return ip === null ? `unknown:${account}` : addressBlock(ip);
}

/** A bound by the client's address; none for an unknown one. */
export function networkBounds(ip: string | null, { key, ...bound }: Bound): readonly Bound[] {
  return ip === null ? [] : [{ ...bound, key: `${key}:${addressBlock(ip)}` }];
}

/**
 * Counts one try under each key, in the order given, and answers for how long it must not be made, in milliseconds;
 * 0 when every bound allows it. A try that is refused counts too, and makes no wait longer.
 */
export async function countTry(tx: Transaction, bounds: readonly Bound[], now: number): Promise<number> {
  let longest = 0;
  for (const { key, most, windowMs } of bounds) {
    const { count, since } = await tx.countAttempt(key, windowMs, now);
    if (count > most) longest = Math.max(longest, since + windowMs - now);
  }
  return longest;
}

/** Counts one try and refuses it with `rate_limited`, when a bound is passed. `why` is the first sentence of the refusal. */
export async function requireWithin(
  { store, clock }: Pick<Deps, "store" | "clock">,
  bounds: readonly Bound[],
  why: string,
): Promise<void> {
  const waitMs = await store.transaction((tx) => countTry(tx, bounds, clock()));
  if (waitMs > 0) throw rateLimited(why, waitMs);
}

/** `why`, followed by when to try again. */
export function rateLimited(why: string, waitMs: number): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  const when = waitMs > 2 * MINUTE_MS ? `${Math.ceil(waitMs / MINUTE_MS)} minutes` : `${retryAfterSeconds} s`;
  return new Refusal("rate_limited", `${why} Try again in ${when}.`, { retryAfterSeconds });
}

/** Counts one minting or key creation of a person. Refuses with `rate_limited`. */
export async function countMint(deps: Pick<Deps, "store" | "clock" | "settings">, userId: string): Promise<void> {
  const { mintLimit } = deps.settings;
  if (mintLimit === 0) return;
  const bound = { key: `mint:user:${userId}`, most: mintLimit, windowMs: MINUTE_MS };
  await requireWithin(deps, [bound], `You created more than ${mintLimit} tokens and keys within a minute.`);
}

// Checks the bounds on what a person, an organization or the instance can have: core/src/limits.ts.

/**
 * Refuses one more (`limit_reached`) when there are as many as there can be. Call it under the lock that everybody
 * takes who makes one: the user's row for organizations, the membership's for tokens, the instance's for services, and
 * the organization's, exclusively, for the rest. So two requests at once cannot pass the bound.
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

/** Refuses when the person is in as many organizations as one can be, or the organization is full. Both are locked. */
export async function requireRoomToJoin(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<void> {
  await requireRoom(deps, tx, "organizationsOfPerson", userId);
  await requireRoom(deps, tx, "membersOfOrganization", organizationId);
}
