// One at a time: tries at passwords that count against the same thing take turns in this process, so
// that a burst sent at once meets the wait that its own first failures caused. Without it every request
// of the burst would be judged before any of them was counted.
import type { Store } from "../../store/store.ts";
import { Refusal } from "../refusal.ts";

/** How many may wait for their turn behind one key. */
const LONGEST_LINE = 100;

interface Line {
  last: Promise<unknown>;
  length: number;
}

class Turns {
  readonly #lines = new Map<string, Line>();

  /** Runs `work` when all that was given before under the same key is done. Refuses when the line is too long. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (line.length >= LONGEST_LINE) {
      throw new Refusal("rate_limited", "Too many requests of your network wait for their turn. Try again in 1 s.", {
        retryAfterSeconds: 1,
      });
    }
    this.#lines.set(key, line);
    line.length += 1;
    const turn = line.last.then(work);
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
  if (own === undefined) turns.set(store, (own = new Turns()));
  return own;
}
