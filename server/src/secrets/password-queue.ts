// The queue for password hashing. A hash takes a core for some 40 ms by design, so anonymous requests for hashes could
// keep every core busy and make verification wait.
// Rule: fewer hashes run at once than there are cores, and never on all threads of libuv's pool, which also reads files
// and resolves names. The queue is short, nobody waits in it for long, and no address or account may fill more than its
// share. Work that does not fit is refused at once; work that waited too long is refused at its turn. A client can try
// again, which is better than a queue of minutes.
import { availableParallelism } from "node:os";

/** The kind of caller: signed in, known to belong here, or anybody. They are served in this order. */
export type Standing = "signed_in" | "expected" | "stranger";

const ORDER: readonly Standing[] = ["signed_in", "expected", "stranger"];
/** A waiting queue gets the next turn after this many turns of others, so a steady stream of sign-ins blocks nobody. */
const PASSED_OVER = 2;

/** Who a hash is computed for. */
export interface HashedFor {
  readonly standing: Standing;
  /** The address, the account, or both. Each has a share of the line among those of the same standing. */
  readonly sources: readonly string[];
}

/** The queue or this caller's share of it is full, or the queue moves too slowly. Nothing was hashed. */
export class PasswordQueueFull extends Error {
  override readonly name = "PasswordQueueFull";
}

export interface QueueSize {
  /** Hashes computed at the same time. */
  readonly atOnce: number;
  /** Of each standing, how many may wait. */
  readonly waiting: number;
  /** Of these and of those under way, how many one source may have. */
  readonly share: number;
  /** How long one waits at most. */
  readonly waitMs: number;
}

interface Waiting {
  readonly since: number;
  readonly start: () => void;
  readonly refuse: (error: PasswordQueueFull) => void;
}

export class PasswordQueue {
  readonly #size: QueueSize;
  readonly #lines: Readonly<Record<Standing, Waiting[]>> = { signed_in: [], expected: [], stranger: [] };
  /** For each waiting queue, the turns that others have had since its own. */
  readonly #passedOver: Record<Standing, number> = { signed_in: 0, expected: 0, stranger: 0 };
  readonly #held = new Map<string, number>();
  #running = 0;

  readonly #now: () => number;

  /** `now` tells milliseconds that only ever grow. */
  constructor(size: QueueSize, now: () => number = () => performance.now()) {
    this.#size = size;
    this.#now = now;
  }

  /**
   * Runs the work in its turn. Throws `PasswordQueueFull` at once when too many wait already, and with the first hash
   * that ends after `waitMs` when the line turns out to be slower than it looked: a busy machine hashes more slowly.
   */
  async run<T>(by: HashedFor, work: () => Promise<T>): Promise<T> {
    const line = this.#lines[by.standing];
    const keys = new Set(by.sources.map((source) => `${by.standing} ${source}`));
    const isBusy = this.#running >= this.#size.atOnce;
    if (isBusy && line.length >= this.#size.waiting) throw new PasswordQueueFull();
    if ([...keys].some((key) => (this.#held.get(key) ?? 0) >= this.#size.share)) throw new PasswordQueueFull();
    for (const key of keys) this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
    try {
      if (isBusy) await new Promise<void>((start, refuse) => line.push({ since: this.#now(), start, refuse }));
      else this.#running += 1;
      try {
        return await work();
      } finally {
        this.#next();
      }
    } finally {
      for (const key of keys) this.#release(key);
    }
  }

  /** Hands the place of the work that ended to the next in line: `running` stays as it is. */
  #next(): void {
    for (const standing of ORDER) this.#refuseLate(this.#lines[standing]);
    const waiting = ORDER.filter((standing) => this.#lines[standing].length > 0);
    const due = waiting.find((standing) => this.#passedOver[standing] >= PASSED_OVER) ?? waiting[0];
    for (const standing of ORDER) {
      const isPassedOver = standing !== due && waiting.includes(standing);
      this.#passedOver[standing] = isPassedOver ? this.#passedOver[standing] + 1 : 0;
    }
    const next = due === undefined ? undefined : this.#lines[due].shift();
    if (next === undefined) this.#running -= 1;
    else next.start();
  }

  /** Whoever came first has waited longest. */
  #refuseLate(line: Waiting[]): void {
    const now = this.#now();
    while (line[0] !== undefined && now - line[0].since > this.#size.waitMs)
      line.shift()?.refuse(new PasswordQueueFull());
  }

  #release(key: string): void {
    const held = (this.#held.get(key) ?? 0) - 1;
    if (held > 0) this.#held.set(key, held);
    else this.#held.delete(key);
  }
}

// One core is left to verification, and one of libuv's four threads to the rest. A core that does nothing else hashes
// 40 in 1.5 s.
const AT_ONCE = Math.max(1, Math.min(3, availableParallelism() - 1));

/** One queue for the process, because the process has the cores, however many instances it runs. */
export const passwordQueue: PasswordQueue = new PasswordQueue({
  atOnce: AT_ONCE,
  waiting: 40 * AT_ONCE,
  share: 10 * AT_ONCE,
  waitMs: 2000,
});
