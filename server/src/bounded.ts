// What keeps one process responsive: memory with a bound, and work in turns of the event loop.
// Rule: a full map forgets the tenth of its entries that were added first. It holds only results that can be computed again
// and counts that may be lost. A tenth at once costs less per entry than one at a time, since a `Map` steps over the places of
// deleted entries.
// Deliberately absent: an order by last use. Verification reads these maps at every request, and moving an entry at each read
// would cost more than a forgotten result.
import { setTimeout as delay } from "node:timers/promises";

export interface BoundedMapOptions<K> {
  /** Returns whether the map may forget this entry now. An entry that it may not forget stays beyond the bound. */
  readonly mayForget?: (key: K) => boolean;
}

export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #most: number;
  readonly #mayForget: ((key: K) => boolean) | undefined;

  /** `most` is the number of entries at which adding another one makes room first. */
  constructor(most: number, { mayForget }: BoundedMapOptions<K> = {}) {
    this.#most = most;
    this.#mayForget = mayForget;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Sets the value of the key. A key that is already there keeps its place in the order of forgetting. */
  set(key: K, value: V): void {
    if (this.#entries.size >= this.#most && !this.#entries.has(key)) this.#makeRoom();
    this.#entries.set(key, value);
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  #makeRoom(): void {
    let left = Math.ceil(this.#most / 10);
    for (const key of this.#entries.keys()) {
      if (left-- <= 0) return;
      if (this.#mayForget?.(key) !== false) this.#entries.delete(key);
    }
  }
}

/**
 * Returns `compute` with a memory of its last `most` results. The result of `compute` must depend only on its argument,
 * and is never `undefined`.
 */
export function remembering<K, V extends {} | null>(most: number, compute: (key: K) => V): (key: K) => V {
  const results = new BoundedMap<K, V>(most);
  return (key) => {
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = compute(key);
    results.set(key, result);
    return result;
  };
}

/**
 * Collects the items of one turn of the event loop and processes them together. The work starts after the last call,
 * because `setImmediate` runs after the sockets of the turn were read. So the work sees everything that was true at
 * each call.
 */
export function oncePerTurn<T>(work: (items: readonly T[]) => void): (item: T) => void {
  let waiting: T[] = [];
  const run = (): void => {
    const items = waiting;
    waiting = [];
    work(items);
  };
  return (item) => {
    if (waiting.push(item) === 1) setImmediate(run);
  };
}

/** Lets other events run first. Long work on an embedded database would otherwise block every socket. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The longest pause. A step that waited for a lock blocked nothing during that time. */
const LONGEST_PAUSE_MS = 50;

/**
 * Runs steps until one returns `false` (nothing is left) or the signal arrives. Pauses after each step for as long as
 * it took, so background work uses at most half of the event loop and the database.
 */
export async function inSteps(step: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
  const isStopped = (): boolean => signal?.aborted === true;
  while (!isStopped()) {
    const began = performance.now();
    if (!(await step())) return;
    await delay(Math.min(performance.now() - began, LONGEST_PAUSE_MS));
  }
}
