// Compares the rate of this process's monotonic clock with the database's clock. A lease is counted on the one and waited
// out on another, so it ends in time only while their rates agree.
import type { Clocks } from "./database.ts";

/** How far the rates may differ, as a fraction. Half of what the protocol allows for, since the other half may go unseen. */
const TOLERATED_RATE = 0.005;

/** A clock that is being set by small steps, or fast for a moment, is off by less than this. */
const TOLERATED_MS = 100;

/** One comparison. A later one begins anew, so that a clock that was adjusted once is trusted again. */
const COMPARED_MS = 30_000;

/** The time of the database, which it read between two instants of the monotonic clock. */
interface Reading {
  readonly databaseMs: number;
  readonly sentAt: number;
  readonly receivedAt: number;
}

export class ClockRate {
  readonly #clocks: Pick<Clocks, "monotonic">;
  #first: Reading | null = null;
  /** How much faster this process's clock runs, as a fraction, by the last long comparison. */
  #deviation: number | null = null;
  #isOff = false;

  constructor(clocks: Pick<Clocks, "monotonic">) {
    this.#clocks = clocks;
  }

  /** Whether the rates certainly differ by more. A gross difference is known within seconds, a small one after 30 s. */
  get isOff(): boolean {
    return this.#isOff;
  }

  /** How much faster this process's clock runs than the database's, as a fraction; `null` before the first 30 s are over. */
  get deviation(): number | null {
    return this.#deviation;
  }

  /** `sentAt` is the monotonic clock before the question was sent. */
  observe(databaseMs: number, sentAt: number): void {
    const now: Reading = { databaseMs, sentAt, receivedAt: this.#clocks.monotonic() };
    const first = this.#first;
    if (first === null || databaseMs < first.databaseMs) {
      this.#isOff ||= first !== null;
      this.#first = now;
      return;
    }
    const elapsed = databaseMs - first.databaseMs;
    // The reported times are whole milliseconds, so the real ones differ by up to one more or less.
    const least = now.sentAt - first.receivedAt - 1;
    const most = now.receivedAt - first.sentAt + 1;
    const tolerated = Math.max(elapsed * TOLERATED_RATE, TOLERATED_MS);
    const isOff = least > elapsed + tolerated || most < elapsed - tolerated;
    // A comparison goes on until the time that the replies took is small beside it.
    const isOver = elapsed >= COMPARED_MS && most - least <= elapsed * TOLERATED_RATE;
    if (isOff) this.#isOff = true;
    else if (isOver) this.#isOff = false;
    if (!isOff && !isOver) return;
    this.#deviation = (least + most) / 2 / Math.max(elapsed, 1) - 1;
    this.#first = now;
  }
}
