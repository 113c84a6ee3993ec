// Maps with a bound, for what a process remembers: results that it can compute again, and counts that it may lose.
// Rule: a full map forgets the tenth of its entries that were added first. A tenth at once costs less per entry than one
// at a time, since a `Map` steps over the places of deleted entries.
// Deliberately absent: an order by last use. Moving an entry at each read would cost more than a forgotten result, and
// verification reads these maps at every request.

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
