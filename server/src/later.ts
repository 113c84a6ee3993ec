// What an instance does for a request after it has answered: letters, mostly. So the answer's time tells nothing of
// that work, and its failure is the log's.

export interface Later {
  /** Begins the work once the present turn of the event loop is over. A failure is reported, never thrown. */
  readonly run: (work: () => Promise<void>) => void;
  /** Resolves when all that was begun has ended. */
  readonly settled: () => Promise<void>;
}

export function createLater(onError: (error: unknown) => void): Later {
  const running = new Set<Promise<void>>();
  return {
    run(work) {
      const run = new Promise<void>((resolve) => setImmediate(resolve))
        .then(work)
        .catch(onError)
        .finally(() => running.delete(run));
      running.add(run);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
