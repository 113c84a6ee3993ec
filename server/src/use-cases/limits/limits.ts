// Limits and bounds. A limit is how often a person, session, feed or network may do something (429), in one table. A bound is
// how many items a person, an organization or the instance may have (409): core/src/bounds.ts.
// Rule: attempts are counted in the store, so all replicas count together. A limit counts the one who acts or fails. A
// shared client address is counted for anonymous work only, with a limit above an office's needs, and never blocks a
// signed-in person. An item is counted while holding the lock that every creation of such an item takes. docs/operating.md
// lists every limit.
// Beside it: emails.ts (mailboxes), sign-in.ts (guessing passwords), calls.ts (tool calls, counted by each process).
import { boundDetail, type BoundName, type OrganizationId, type UserId } from "@mintmark/core";
import { addressBlock } from "../../network/client-address.ts";
import type { Reads, Transaction } from "../../store/store.ts";
import { type Deps, type ExceededLimit, Refusal } from "../use-case.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** At most `most` attempts under the key within one window. */
export interface Limit {
  readonly key: string;
  readonly most: number;
  readonly windowMs: number;
}

/** A limit on each subject, whose name completes the key. `why` is the first sentence of the refusal. */
interface Rule extends Limit {
  readonly why: string;
}

const WRONG_CODE = "You entered too many wrong codes, so this one was not checked.";
const CALENDAR = "This calendar was requested more than 60 times within a minute.";

const BY_PERSON = {
  /** Changes of the address of an account. */
  emailChange: {
    key: "email-change",
    most: 10,
    windowMs: HOUR_MS,
    why: "You asked for too many changes of your email address.",
  },
  /** Links to set a password that an instance admin makes for others. */
  resetLink: {
    key: "admin:reset-link",
    most: 30,
    windowMs: HOUR_MS,
    why: "You made too many links to set a password.",
  },
  /** Logins started by a link of the command on the same machine. */
  loopbackLogin: { key: "device:loopback", most: 30, windowMs: 10 * MINUTE_MS, why: "You started too many logins." },
  wrongCode: { key: "device:code:user", most: 15, windowMs: HOUR_MS, why: WRONG_CODE },
} as const satisfies Record<string, Rule>;

const BY_SESSION = {
  wrongCode: { key: "device:code:session", most: 5, windowMs: HOUR_MS, why: WRONG_CODE },
} as const satisfies Record<string, Rule>;

const BY_FEED = {
  calendar: { key: "calendar:feed", most: 60, windowMs: MINUTE_MS, why: CALENDAR },
} as const satisfies Record<string, Rule>;

const BY_SOURCE = {
  /** Hand-offs that a host makes. */
  handOff: {
    key: "hand-off",
    most: 6_000,
    windowMs: MINUTE_MS,
    why: "The host made more than 6,000 hand-offs a minute.",
  },
} as const satisfies Record<string, Rule>;

/** A whole office or class may be behind one network. */
const BY_NETWORK = {
  /** Sign-ups without an invitation. */
  signUp: { key: "sign-up", most: 100, windowMs: HOUR_MS, why: "Your network asked for too many accounts." },
  /** Requests to reset a password, for any mailboxes. */
  passwordReset: {
    key: "password:forgot",
    most: 200,
    windowMs: HOUR_MS,
    why: "Your network asked for too many emails. Check your mailbox.",
  },
  /** Logins started by a device. */
  deviceLogin: {
    key: "device:request",
    most: 300,
    windowMs: 10 * MINUTE_MS,
    why: "Your network started too many logins.",
  },
  unknownCalendar: { key: "calendar:unknown", most: 60, windowMs: MINUTE_MS, why: CALENDAR },
} as const satisfies Record<string, Rule>;

type LimitDeps = Pick<Deps, "store" | "clock">;

/** Counts one attempt of a person. Refuses with `rate_limited`. */
export function limitPerson(deps: LimitDeps, rule: keyof typeof BY_PERSON, userId: string): Promise<void> {
  return limit(deps, BY_PERSON[rule], userId);
}

/** Counts one attempt from a client's network. Refuses with `rate_limited`. Counts nothing for an unknown address. */
export async function limitNetwork(
  deps: LimitDeps,
  rule: keyof typeof BY_NETWORK,
  ip: string | null,
  durability?: "lazy",
): Promise<void> {
  if (ip !== null) await limit(deps, BY_NETWORK[rule], addressBlock(ip), durability);
}

/** Counts one request for a feed, without waiting for the disk. Refuses with `rate_limited`. */
export function limitFeed(deps: LimitDeps, rule: keyof typeof BY_FEED, feedId: string): Promise<void> {
  return limit(deps, BY_FEED[rule], feedId, "lazy");
}

/** Counts one operation of a host, by the source of its management key. Refuses with `rate_limited`. */
export function limitHost(deps: LimitDeps, rule: keyof typeof BY_SOURCE, source: string): Promise<void> {
  return limit(deps, BY_SOURCE[rule], source, "lazy");
}

/** Counts one new token or key of a person. Refuses with `rate_limited`. */
export async function limitMints(deps: LimitDeps & Pick<Deps, "settings">, userId: string): Promise<void> {
  const { mintLimit: most } = deps.settings;
  const why = `You created more than ${most} tokens and keys within a minute.`;
  if (most > 0) await limit(deps, { key: "mint:user", most, windowMs: MINUTE_MS, why }, userId);
}

async function limit({ store, clock }: LimitDeps, rule: Rule, subject: string, durability?: "lazy"): Promise<void> {
  const counted = limitOf(rule, subject);
  const waitMs = await store.transaction((tx) => countAttempts(tx, [counted], clock()), durability);
  if (waitMs > 0) throw rateLimited(rule.why, waitMs, exceeded(rule));
}

const exceeded = ({ key, most, windowMs }: Limit): ExceededLimit => ({ name: key, most, windowMs });

const limitOf = ({ key, most, windowMs }: Limit, subject: string): Limit => ({
  key: `${key}:${subject}`,
  most,
  windowMs,
});

/**
 * Counts one attempt under each key, in the given order. Returns how long the caller must wait, in milliseconds, or 0
 * when every limit allows the attempt. A refused attempt counts too, but makes no wait longer.
 */
export async function countAttempts(tx: Transaction, limits: readonly Limit[], now: number): Promise<number> {
  let longest = 0;
  for (const { key, most, windowMs } of limits) {
    const { count, since } = await tx.countAttempt(key, windowMs, now);
    if (count > most) longest = Math.max(longest, since + windowMs - now);
  }
  return longest;
}

interface CodeEntry {
  readonly sessionId: string;
  readonly userId: string;
}

function wrongCodeRules({ sessionId, userId }: CodeEntry): readonly (readonly [Limit, string])[] {
  return [
    [BY_SESSION.wrongCode, sessionId],
    [BY_PERSON.wrongCode, userId],
  ];
}

/** Returns the refusal of a code when this session or person entered too many wrong ones, else `null`. Counts nothing. */
export async function wrongCodeRefusal(reads: Reads, by: CodeEntry, now: number): Promise<Refusal | null> {
  let longest = 0;
  let limit: Limit = BY_SESSION.wrongCode;
  for (const [rule, subject] of wrongCodeRules(by)) {
    const attempts = await reads.findAttempts(limitOf(rule, subject).key);
    const waitMs = attempts !== null && attempts.count >= rule.most ? attempts.since + rule.windowMs - now : 0;
    if (waitMs <= longest) continue;
    longest = waitMs;
    limit = rule;
  }
  return longest > 0 ? rateLimited(WRONG_CODE, longest, exceeded(limit)) : null;
}

export async function countWrongCode(tx: Transaction, by: CodeEntry, now: number): Promise<void> {
  const limits = wrongCodeRules(by).map(([rule, subject]) => limitOf(rule, subject));
  await countAttempts(tx, limits, now);
}

/** Builds the refusal: `why`, then when to try again. */
export function rateLimited(why: string, waitMs: number, exceededLimit: ExceededLimit): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  const when = waitMs > 2 * MINUTE_MS ? `${Math.ceil(waitMs / MINUTE_MS)} minutes` : `${retryAfterSeconds} s`;
  return new Refusal("rate_limited", `${why} Try again in ${when}.`, { retryAfterSeconds, limit: exceededLimit });
}

/**
 * Returns the name under which a client's network is counted. When the address is unknown, the account stands in for
 * it: strangers who were counted together would lock each other out.
 */
export function networkKey(ip: string | null, account: string): string {
  return ip === null ? `unknown:${account}` : addressBlock(ip);
}

/**
 * Refuses one more item (`limit_reached`) when the bound is reached. Lock before: the user's row for organizations, the
 * membership's for tokens, the instance's for services, and the organization exclusively for the rest.
 */
export async function requireRoom(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  bound: BoundName,
  of: string,
): Promise<void> {
  const most = deps.settings.bounds[bound];
  if ((await tx.countToward(bound, of, deps.clock())) < most) return;
  throw new Refusal("limit_reached", boundDetail(bound, most));
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
