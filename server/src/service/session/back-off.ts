// How long the next try at a password must wait. Nobody is ever locked out: a wait ends, and the right
// password given after it is accepted.
import type { AttemptRecord } from "../../store/store.ts";
import { Refusal } from "../refusal.ts";

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
