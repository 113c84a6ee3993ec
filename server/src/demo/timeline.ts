// The demo's time and chance. While the history runs, the instance's clock shows the time of the current entry;
// afterwards it is the real clock. So every use case writes at the instant that it records.
import { DAY_MS } from "@mintmark/core";

const MINUTE_MS = 60_000;

interface Entry {
  readonly at: number;
  readonly work: () => Promise<void>;
}

export class Timeline {
  readonly #realClock: () => number;
  /** The present: no entry lies later. */
  readonly end: number;
  #entries: Entry[] = [];
  #present: number | null = null;

  constructor(realClock: () => number) {
    this.#realClock = realClock;
    this.end = realClock();
  }

  /** The instance's clock. */
  readonly clock = (): number => this.#present ?? this.#realClock();

  /** The instant of a time of day (UTC, `HH:MM`), this many days before today. */
  instant(daysAgo: number, time: string): number {
    const [hours, minutes] = time.split(":").map(Number) as [number, number];
    const today = this.end - (this.end % DAY_MS);
    return today - daysAgo * DAY_MS + (hours * 60 + minutes) * MINUTE_MS;
  }

  /** Adds an entry. Ignores entries in the future. */
  add(at: number, work: () => Promise<void>): void {
    if (at < this.end) this.#entries.push({ at, work });
  }

  /** Moves the clock forward within an entry, for example between a sign-in and the first click. */
  pass(seconds: number): void {
    if (this.#present !== null) this.#present += seconds * 1000;
  }

  /** Runs all entries in the order of their time. Afterwards the clock is the real one again. */
  async run(): Promise<void> {
    const entries = this.#entries.toSorted((a, b) => a.at - b.at);
    this.#entries = [];
    try {
      for (const { at, work } of entries) {
        this.#present = at;
        await work();
      }
    } finally {
      this.#present = null;
    }
  }
}

/**
 * Numbers that look random and are the same in every demo (mulberry32). They shape the history. Never use them for a
 * secret.
 */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 (inclusive) to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }
}
