// The queue for password hashing. A hash takes a core for some 40 ms by design, so anonymous requests could keep every
// core busy and delay verification.
// Rule: fewer hashes run at once than there are cores, and never on all threads of libuv's pool, which also reads files
// and resolves names. The queue is short, the wait is bounded, and each address and account has a share. Work beyond
// the bound is refused immediately, and work that waited too long is refused at its turn: a retry is better than a
// queue of minutes.
import { availableParallelism } from "node:os";

/** The kind of caller: signed in, known to belong here, or unknown. They are served in this order. */
export type Standing = "signed_in" | "expected" | "stranger";

const ORDER: readonly Standing[] = ["signed_in", "expected", "stranger"];
/**
 * A waiting queue gets the next turn after the others had this many turns, so a steady stream of sign-ins blocks
 * nobody.
 */
const PASSED_OVER = 2;

/** The caller that a hash is computed for. */
export interface HashedFor {
  readonly standing: Standing;
  /** The address, the account, or both. Each has its share of the queue for its standing. */
  readonly sources: readonly string[];
}

/** The queue or this caller's share is full, or the queue moves too slowly. Nothing was hashed. */
export class PasswordQueueFull extends Error {
  override readonly name = "PasswordQueueFull";
}

export interface QueueSize {
  /** How many hashes run at the same time. */
  readonly atOnce: number;
  /** How many may wait, for each standing. */
  readonly waiting: number;
  /** How many one source may have, waiting and running. */
  readonly share: number;
  /** The longest wait, in milliseconds. */
  readonly waitMs: number;
}

interface Waiting {
  readonly since: number;
  readonly start: () => void;
  readonly refuse: (error: PasswordQueueFull) => void;
}

export class PasswordQueue {
  readonly #size: QueueSize;
  readonly #queues: Readonly<Record<Standing, Waiting[]>> = { signed_in: [], expected: [], stranger: [] };
  /** For each waiting queue, the turns of the other queues since its last turn. */
  readonly #passedOver: Record<Standing, number> = { signed_in: 0, expected: 0, stranger: 0 };
  readonly #held = new Map<string, number>();
  #running = 0;

  readonly #now: () => number;

  /** `now` returns milliseconds that never decrease. */
  constructor(size: QueueSize, now: () => number = () => performance.now()) {
    this.#size = size;
    this.#now = now;
  }

  /**
   * Runs the work at its turn. Throws `PasswordQueueFull` immediately when too many wait already. Throws it after
   * `waitMs`, when the next hash ends, if the queue is slower than expected: a busy machine hashes more slowly.
   */
  async run<T>(by: HashedFor, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues[by.standing];
    const keys = new Set(by.sources.map((source) => `${by.standing} ${source}`));
    const isBusy = this.#running >= this.#size.atOnce;
    if (isBusy && queue.length >= this.#size.waiting) throw new PasswordQueueFull();
    if ([...keys].some((key) => (this.#held.get(key) ?? 0) >= this.#size.share)) throw new PasswordQueueFull();
    for (const key of keys) this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
    try {
      if (isBusy) await new Promise<void>((start, refuse) => queue.push({ since: this.#now(), start, refuse }));
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

  /** Passes the place of finished work to the next in the queue, so that `running` stays unchanged. */
  #next(): void {
    for (const standing of ORDER) this.#refuseLate(this.#queues[standing]);
    const waiting = ORDER.filter((standing) => this.#queues[standing].length > 0);
    const due = waiting.find((standing) => this.#passedOver[standing] >= PASSED_OVER) ?? waiting[0];
    for (const standing of ORDER) {
      const isPassedOver = standing !== due && waiting.includes(standing);
      this.#passedOver[standing] = isPassedOver ? this.#passedOver[standing] + 1 : 0;
    }
    const next = due === undefined ? undefined : this.#queues[due].shift();
    if (next === undefined) this.#running -= 1;
    else next.start();
  }

  /** The first in the queue has waited longest. */
  #refuseLate(queue: Waiting[]): void {
    const now = this.#now();
    while (queue[0] !== undefined && now - queue[0].since > this.#size.waitMs)
      queue.shift()?.refuse(new PasswordQueueFull());
  }

  #release(key: string): void {
    const held = (this.#held.get(key) ?? 0) - 1;
    if (held > 0) this.#held.set(key, held);
    else this.#held.delete(key);
  }
}

// One core stays free for verification, and one of libuv's four threads for other work. An otherwise idle core hashes
// 40 passwords in 1.5 s.
const AT_ONCE = Math.max(1, Math.min(3, availableParallelism() - 1));

/** How many may wait for each hash that runs at once. */
const WAITING_FOR_EACH = 40;

/** One queue for the process, because all instances in it use the same cores. */
export const passwordQueue: PasswordQueue = new PasswordQueue({
  atOnce: AT_ONCE,
  waiting: WAITING_FOR_EACH * AT_ONCE,
  share: 10 * AT_ONCE,
  waitMs: 2000,
});
