// The database's time: the last time it reported, carried forward by this process's monotonic clock. So replicas whose
// own clocks disagree use one time.
// Rule: each lookup of verification, each transaction and each new connection brings the time with it; a read outside a
// transaction does when what is known is older than a second, by either clock, since a machine that was suspended may
// have stopped the monotonic one.

/** Milliseconds of the database, as an expression; within the statement, not from its transaction's beginning. */
export const DATABASE_TIME = "floor(date_part('epoch', clock_timestamp()) * 1000)::bigint";

const FRESH_MS = 1_000;

export class DatabaseClock {
  readonly #host: () => number;
  readonly #monotonic: () => number;
  /** What the monotonic clock lacks to the database's; `null` before the first answer. */
  #offset: number | null = null;
  #observedAt = { host: 0, monotonic: 0 };

  constructor(host: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.#host = host;
    this.#monotonic = monotonic;
  }

  /** UTC epoch milliseconds: never before the last answer's time. The host's clock before the first answer. */
  readonly now = (): number => (this.#offset === null ? this.#host() : Math.floor(this.#offset + this.#monotonic()));

  /** How far the host's clock is ahead of the database's, in milliseconds. */
  readonly aheadMs = (): number => this.#host() - this.now();

  /** For `observe()`, before a statement that brings the time is sent. */
  start(): number {
    return this.#monotonic();
  }

  /** The time was read between the start and now, so the offset lies between two bounds; it is moved no further than into them. */
  observe(databaseMs: number, startedAt: number): void {
    const monotonic = this.#monotonic();
    const least = databaseMs - monotonic;
    this.#offset = this.#offset === null ? least : Math.min(Math.max(this.#offset, least), databaseMs + 1 - startedAt);
    this.#observedAt = { host: this.#host(), monotonic };
  }

  isFresh(): boolean {
    const isRecent = (then: number, now: number): boolean => Math.abs(now - then) < FRESH_MS;
    return (
      this.#offset !== null &&
      isRecent(this.#observedAt.host, this.#host()) &&
      isRecent(this.#observedAt.monotonic, this.#monotonic())
    );
  }
}
