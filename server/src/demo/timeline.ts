// The demo's time. While the story is told the instance's clock stands where the story is; afterwards it
// is the real one. So everything is written by the use cases themselves, at the instant it claims.
import { DAY_MS } from "@mintmark/core";

const MINUTE_MS = 60_000;

interface Entry {
  readonly at: number;
  readonly work: () => Promise<void>;
}

export class Timeline {
  readonly #realClock: () => number;
  /** The beginning of the story's present: nothing in it happens later. */
  readonly end: number;
  #entries: Entry[] = [];
  #present: number | null = null;

  constructor(realClock: () => number) {
    this.#realClock = realClock;
    this.end = realClock();
  }

  /** What the instance takes for the time. */
  readonly clock = (): number => this.#present ?? this.#realClock();

  /** The instant of a time of day (UTC, `HH:MM`) so many days before today. */
  instant(daysAgo: number, time: string): number {
    const [hours, minutes] = time.split(":").map(Number) as [number, number];
    const today = this.end - (this.end % DAY_MS);
    return today - daysAgo * DAY_MS + (hours * 60 + minutes) * MINUTE_MS;
  }

  /** Puts something into the story. What would lie in the future is left out. */
  add(at: number, work: () => Promise<void>): void {
    if (at < this.end) this.#entries.push({ at, work });
  }

  /** Lets some seconds pass within an entry, as between signing in and the first click. */
  pass(seconds: number): void {
    if (this.#present !== null) this.#present += seconds * 1000;
  }

  /** Tells the story from its beginning; when it ends the clock is the real one again. */
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
