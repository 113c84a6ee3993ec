// How long the next try at a password must wait. Nobody is ever locked out: a wait ends, and the right
// password given after it is accepted.
import { hash } from "node:crypto";
import { DAY_MS, emailKey } from "@mintmark/core";
import type { AttemptRecord, Reads, Store, Transaction, UserRecord } from "../../store/store.ts";
import { eventOf, type RequestOrigin } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { Refusal, serverBusy } from "../refusal.ts";
import { networkOf, rateLimited } from "./attempts.ts";

/** Failures that cost nothing: people mistype. */
const FREE_FAILURES = 5;
/** Failures are forgotten when the hour that began with the first of them is over. */
export const FAILURE_WINDOW_MS = 3_600_000;

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** The wait after so many failures: none up to `free`, then 1 s, 2 s, 4 s … up to 60 s. */
export function backOffMs(failures: number, free: number = FREE_FAILURES): number {
  if (failures < free) return 0;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - free, 16));
}

/** The attempts of a window that is not over, or `null`. */
export function present(attempts: AttemptRecord | null, windowMs: number, now: number): AttemptRecord | null {
  return attempts !== null && attempts.since + windowMs > now ? attempts : null;
}

/** What is left of the wait after these attempts. */
export function remainingMs(attempts: AttemptRecord | null, waitMs: number, now: number): number {
  return attempts === null ? 0 : Math.max(0, attempts.lastAt + waitMs - now);
}

export function tooManyTries(waitMs: number): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return new Refusal(
    "rate_limited",
    `There were too many wrong passwords, so this one was not looked at. Wait ${retryAfterSeconds} s, then try again: the right password will be accepted.`,
    { retryAfterSeconds },
  );
}

// One at a time: tries at passwords that count against the same thing take turns in this process, so
// that a burst sent at once meets the wait that its own first failures caused. Without it every request
// of the burst would be judged before any of them was counted. A line is short in number and in time: whoever is
// refused can come back, whoever waits in a long line holds up all who come after.

/** How many may wait for their turn behind one key. */
const LONGEST_LINE = 20;
/** How long one waits at most; hashing has a line of its own after this one. */
const LONGEST_TURN_MS = 2000;

interface Line {
  last: Promise<unknown>;
  length: number;
}

export class Turns {
  readonly #lines = new Map<string, Line>();
  readonly #now: () => number;

  /** `now` tells milliseconds that only ever grow. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Runs `work` when all that was given before under the same key is done. Refuses when the line is too long, and with
   * `server_busy` whoever has waited in it for more than 2 s.
   */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (line.length >= LONGEST_LINE) throw rateLimited("Too many requests from your network are waiting.", 1000);
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

/** The turns of one instance. */
export function turnsOf(store: Store): Turns {
  let own = turns.get(store);
  if (own === undefined) turns.set(store, (own = new Turns(() => performance.now())));
  return own;
}

// Back-off for signing in. It slows down whoever guesses, and cannot be used to lock anyone out:
//
//   a known pair      an address that has signed in to the account before waits for its own failures at
//                     this account only. Nothing anyone does from elsewhere makes the owner wait there.
//   a strange pair    waits for the failures of all strange addresses at the account, and for those of its
//                     address at any account. The first wait is as long as many have failed, but it is
//                     counted from the pair's own last try: an attacker who tries at every chance cannot
//                     take the owner's turn, who waits 60 s at most on a new network.
//   a whole address   (an IPv4 address, an IPv6 /64) has more free failures than an account, for it may be
//                     an office. Signing in does not clear them, or an attacker's own account would.
//
// Limits: someone behind the owner's own address can keep a known pair waiting there, up to 60 s a try.
// Addresses and accounts are counted whether or not the account exists, so the waits tell nothing about
// that. Accounts are named by a hash: people type passwords into the wrong field.

/** How long an address stays known to an account after the last sign-in from it. */
const KNOWN_ADDRESS_MS = 90 * DAY_MS;
/** Failures of one address, at any accounts, that cost nothing. */
const FREE_FAILURES_OF_ADDRESS = 100;

const DENIED_EVENT_MS = 60_000;

const KNOWN_PREFIX = "sign-in:known:";

/** The keys that one try counts under. Transactions touch them in this order, so that no two wait for each other. */
export interface TryKeys {
  readonly account: string;
  readonly address: string;
  readonly denied: string;
  readonly known: string;
  readonly pair: string;
}

export function tryKeys(email: string, ip: string | null): TryKeys {
  const account = hash("sha256", emailKey(email.trim())).slice(0, 32);
  const address = networkOf(ip, account);
  return {
    account: `sign-in:account:${account}`,
    address: `sign-in:address:${address}`,
    denied: `sign-in:denied:${account}`,
    known: `${KNOWN_PREFIX}${account}:${address}`,
    pair: `sign-in:pair:${account}:${address}`,
  };
}

/** How long this pair of account and address must still wait, in milliseconds. */
export async function signInWaitMs(store: Store, keys: TryKeys, now: number): Promise<number> {
  const { reads } = store;
  const failures = async (key: string): Promise<AttemptRecord | null> =>
    present(await reads.findAttempts(key), FAILURE_WINDOW_MS, now);
  const pair = await failures(keys.pair);
  if (await isKnown(reads, keys, now)) return remainingMs(pair, backOffMs(pair?.count ?? 0), now);
  const address = await failures(keys.address);
  const ofAddress = remainingMs(address, backOffMs(address?.count ?? 0, FREE_FAILURES_OF_ADDRESS), now);
  if (ofAddress > 0) return ofAddress;
  const ofAccount = backOffMs((await failures(keys.account))?.count ?? 0);
  if (ofAccount === 0 || pair !== null) return remainingMs(pair, ofAccount, now);
  // The pair's wait begins with its first knock, which is counted for that alone.
  await store.transaction((tx) => tx.countAttempt(keys.pair, FAILURE_WINDOW_MS, now));
  return ofAccount;
}

/** Whether the address has signed in to the account before. */
export async function isKnown(reads: Reads, keys: TryKeys, now: number): Promise<boolean> {
  const known = await reads.findAttempts(keys.known);
  return known !== null && known.lastAt + KNOWN_ADDRESS_MS > now;
}

/**
 * Counts a failure. The account's owner, when there is one, finds an event about it in their audit log,
 * one a minute at most; everything else happens alike for an account that does not exist.
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
      { actor: { kind: "system", id: "anonymous", name: "Someone not signed in" }, via: null, origin },
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

/** Forgets the account's failures and those of this address at it, and makes the address known to the account. */
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
 * Deletes what was counted too long ago to matter, once an hour. Strangers can make as many counters as they
 * try addresses, so theirs end as soon as the window of failures is over; only known addresses are kept on.
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
