// Limits on guessing passwords. Failed attempts cost a wait, which grows. Nobody is ever locked out: a wait ends, and
// the right password is then accepted. Three waits apply:
//
//   a known pair      An address that has signed in to the account before waits for its own failures at this account
//                     only. Failures from elsewhere never make the owner wait there.
//   a strange pair    Any other address waits for the failures of all strange addresses at the account, and for those
//                     of this address at any account. The length depends on all failures, but it is counted from the
//                     pair's last attempt. So an attacker who never stops cannot take the owner's turn: on a new
//                     network the owner waits at most 60 s.
//   a whole address   An IPv4 address or an IPv6 /64 has more free failures than an account, since it may be an office.
//                     Signing in does not clear them, or an attacker could clear them with an account they own.
//
// Known limitation: someone behind the owner's own address can keep a known pair waiting there, up to 60 s an attempt.
// Addresses and accounts are counted whether or not the account exists, so the waits do not reveal that. Accounts are
// named by a hash, because people type passwords into the wrong field.
import { hash } from "node:crypto";
import { DAY_MS, emailKey } from "@mintmark/core";
import type { AttemptRecord, Reads, Store, Transaction, UserRecord } from "../../store/store.ts";
import { ANONYMOUS, type Deps, eventOf, Refusal, type RequestOrigin, serverBusy } from "../use-case.ts";
import { networkKey, rateLimited } from "./limits.ts";

/** Free failures of an account: people mistype. */
const FREE_FAILURES = 5;
/** Failures are forgotten when the hour that began with the first of them has passed. */
export const FAILURE_WINDOW_MS = 3_600_000;

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** Returns the wait after so many failures: none up to `free`, then 1 s, 2 s, 4 s … up to 60 s. */
export function backOffMs(failures: number, free: number = FREE_FAILURES): number {
  if (failures < free) return 0;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - free, 16));
}

/** Returns the attempts if their window is still open, else `null`. */
export function present(attempts: AttemptRecord | null, windowMs: number, now: number): AttemptRecord | null {
  return attempts !== null && attempts.since + windowMs > now ? attempts : null;
}

/** Returns the rest of the wait after these attempts. */
export function remainingMs(attempts: AttemptRecord | null, waitMs: number, now: number): number {
  return attempts === null ? 0 : Math.max(0, attempts.lastAt + waitMs - now);
}

/** `free` is how many failures cost no wait. */
export function tooManyTries(waitMs: number, free: number = FREE_FAILURES): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return new Refusal(
    "rate_limited",
    `There were too many wrong passwords, so this one was not checked. Wait ${retryAfterSeconds} s, then try again: the right password will be accepted.`,
    { retryAfterSeconds, limit: { name: "sign-in", most: free, windowMs: FAILURE_WINDOW_MS } },
  );
}

// Turns. Attempts that count against the same key run one after the other in this process, so that a burst meets the
// wait that its first failures cause. Otherwise every request of the burst would be checked before any was counted. The
// queue of a key is short in number and in time: a refused client can come back, while a long queue delays everyone
// behind it.

/** How many attempts may queue under one key. */
const LONGEST_LINE = 20;
/** How long an attempt may queue. Password hashing has another queue behind this one. */
const LONGEST_TURN_MS = 2000;

interface Line {
  last: Promise<unknown>;
  length: number;
}

export class Turns {
  readonly #lines = new Map<string, Line>();
  readonly #now: () => number;

  /** `now` returns milliseconds that never decrease. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Runs `work` after all earlier work under the same key. Refuses when the queue is full, and with `server_busy` when
   * the wait took more than 2 s.
   */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (line.length >= LONGEST_LINE) {
      const limit = { name: "sign-in:waiting", most: LONGEST_LINE, windowMs: null };
      throw rateLimited("Too many requests from your network are waiting.", 1000, limit);
    }
    this.#lines.set(key, line);
    line.length += 1;
    const since = this.#now();
    const turn = line.last.then(() => {
      if (this.#now() - since > LONGEST_TURN_MS) throw serverBusy();
      return work();
    });
    line.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(key);
    }
  }
}

const turns = new WeakMap<Store, Turns>();

/** Returns the turns of one instance. */
export function turnsOf(store: Store): Turns {
  let own = turns.get(store);
  if (own === undefined) turns.set(store, (own = new Turns(() => performance.now())));
  return own;
}

/** How long an account knows an address after the last sign-in from it. */
const KNOWN_ADDRESS_MS = 90 * DAY_MS;
/** Free failures of one address, at any accounts. */
const FREE_FAILURES_OF_ADDRESS = 100;

const DENIED_EVENT_MS = 60_000;

const KNOWN_PREFIX = "sign-in:known:";

/** The keys that one attempt counts under. Transactions touch them in this order, so no two wait for each other. */
export interface TryKeys {
  readonly account: string;
  readonly address: string;
  readonly denied: string;
  readonly known: string;
  readonly pair: string;
}

export function tryKeys(email: string, ip: string | null): TryKeys {
  const account = hash("sha256", emailKey(email.trim())).slice(0, 32);
  const address = networkKey(ip, account);
  return {
    account: `sign-in:account:${account}`,
    address: `sign-in:address:${address}`,
    denied: `sign-in:denied:${account}`,
    known: `${KNOWN_PREFIX}${account}:${address}`,
    pair: `sign-in:pair:${account}:${address}`,
  };
}

/** Refuses with `rate_limited` while this pair of account and address must still wait. */
export async function requireNoWait(store: Store, keys: TryKeys, now: number): Promise<void> {
  const { reads } = store;
  const failures = async (key: string): Promise<AttemptRecord | null> =>
    present(await reads.findAttempts(key), FAILURE_WINDOW_MS, now);
  const requireOver = (waitMs: number, free: number): void => {
    if (waitMs > 0) throw tooManyTries(waitMs, free);
  };
  const pair = await failures(keys.pair);
  if (await isKnown(reads, keys, now))
    return requireOver(remainingMs(pair, backOffMs(pair?.count ?? 0), now), FREE_FAILURES);
  const address = await failures(keys.address);
  const ofAddress = backOffMs(address?.count ?? 0, FREE_FAILURES_OF_ADDRESS);
  requireOver(remainingMs(address, ofAddress, now), FREE_FAILURES_OF_ADDRESS);
  const ofAccount = backOffMs((await failures(keys.account))?.count ?? 0);
  if (ofAccount === 0 || pair !== null) return requireOver(remainingMs(pair, ofAccount, now), FREE_FAILURES);
  // The pair's wait starts with its first attempt, which is counted only to start it.
  await store.transaction((tx) => tx.countAttempt(keys.pair, FAILURE_WINDOW_MS, now));
  requireOver(ofAccount, FREE_FAILURES);
}

/** Returns whether the address has signed in to the account before. */
export async function isKnown(reads: Reads, keys: TryKeys, now: number): Promise<boolean> {
  const known = await reads.findAttempts(keys.known);
  return known !== null && known.lastAt + KNOWN_ADDRESS_MS > now;
}

/**
 * Counts a failure. If the account exists, its owner sees an event in their audit log, at most once a minute.
 * Everything else is the same for an account that does not exist.
 */
export async function countSignInFailure(
  tx: Transaction,
  keys: TryKeys,
  { user, origin, at }: { readonly user: UserRecord | null; readonly origin: RequestOrigin; readonly at: number },
): Promise<void> {
  if (!(await isKnown(tx, keys, at))) await tx.countAttempt(keys.account, FAILURE_WINDOW_MS, at);
  await tx.countAttempt(keys.address, FAILURE_WINDOW_MS, at);
  const denied = await tx.countAttempt(keys.denied, DENIED_EVENT_MS, at);
  await tx.countAttempt(keys.pair, FAILURE_WINDOW_MS, at);
  if (user === null || denied.count > 1) return;
  await tx.insertAuditEvents([
    eventOf(
      { actor: ANONYMOUS, via: null, origin },
      {
        at,
        organizationId: null,
        action: "session.created",
        target: { kind: "user", id: user.id, name: user.name },
        outcome: "denied",
        details: { method: "password" },
      },
    ),
  ]);
}

/** Clears the account's failures and those of this address at it, and makes the address known to the account. */
export async function rememberAddress(
  tx: Transaction,
  email: string,
  origin: RequestOrigin,
  at: number,
): Promise<void> {
  const keys = tryKeys(email, origin.ip);
  await tx.clearAttempts(keys.account);
  await tx.countAttempt(keys.known, KNOWN_ADDRESS_MS, at);
  await tx.clearAttempts(keys.pair);
}

const SWEEP_EVERY_MS = 3_600_000;
const sweptAt = new WeakMap<Store, number>();

/**
 * Deletes counters that no longer matter, once an hour. Strangers can create as many counters as they try addresses, so
 * those end when the window of failures has passed. Only known addresses are kept longer.
 */
export async function forgetOldAttempts({ store, clock }: Pick<Deps, "store" | "clock">): Promise<void> {
  const now = clock();
  if (now - (sweptAt.get(store) ?? 0) < SWEEP_EVERY_MS) return;
  sweptAt.set(store, now);
  await store.transaction(async (tx) => {
    await tx.forgetAttempts(now - FAILURE_WINDOW_MS, KNOWN_PREFIX);
    await tx.forgetAttempts(now - KNOWN_ADDRESS_MS);
  });
}
