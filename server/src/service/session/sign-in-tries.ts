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
import { hash } from "node:crypto";
import { DAY_MS, emailKey } from "@mintmark/core";
import type { AttemptRecord, Reads, Store, Transaction, UserRecord } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import { networkOf } from "../attempt-limit.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { backOffMs, FAILURE_WINDOW_MS, present, remainingMs } from "./back-off.ts";

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
