// Group commit: everything that waits when a commit begins goes into it together, and its callers go on when it
// is done. No timer: the first commit begins when the turn of the event loop has collected what came in it, the
// next when the one before has ended.

export interface GroupCommit<T> {
  /** Resolves when a transaction with the item in it is committed; rejects when that failed, for every item in it. */
  commit(item: T): Promise<void>;
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>;
}

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export function createGroupCommit<T>(write: (items: readonly T[]) => Promise<void>): GroupCommit<T> {
  let waiting: Waiting<T>[] = [];
  let committing: Promise<void> | null = null;
  const commitAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await write(group.map(({ item }) => item));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    committing = null;
  };
  return {
    commit: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        committing ??= new Promise<void>((next) => setImmediate(next)).then(commitAll);
      }),
    settled: async () => void (await committing),
  };
}
