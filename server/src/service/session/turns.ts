// One at a time: tries at passwords that count against the same thing take turns in this process, so
// that a burst sent at once meets the wait that its own first failures caused. Without it every request
// of the burst would be judged before any of them was counted. A line is short in number and in time: whoever is
// refused can come back, whoever waits in a long line holds up all who come after.
import type { Store } from "../../store/store.ts";
import { rateLimited } from "../attempt-limit.ts";
import { serverBusy } from "../refusal.ts";

/** How many may wait for their turn behind one key. */
const LONGEST_LINE = 20;
/** How long one waits at most; hashing has a line of its own after this one. */
const LONGEST_WAIT_MS = 2000;

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
      if (this.#now() - since > LONGEST_WAIT_MS) throw serverBusy();
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
