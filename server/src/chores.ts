// What an instance does by itself, now and then, besides answering requests.

export interface Chores {
  start(): void;
  /** Resolves when the step that is under way has ended; the rest is left to the next round of any instance. */
  stop(): Promise<void>;
}

const EVERY_MS = 60_000;

/**
 * Background work in steps, each a small transaction, so that no round blocks others however much work there is. Stops
 * after the step during which it gets the signal.
 */
export type Chore = (signal: AbortSignal) => Promise<void>;

/** Runs each chore once a minute. One that fails is reported and tried again the next time. */
export function createChores(chores: readonly Chore[], onError: (error: unknown) => void): Chores {
  let timer: NodeJS.Timeout | null = null;
  let round: Promise<void> = Promise.resolve();
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    for (const chore of chores) if (!stopping.signal.aborted) await chore(stopping.signal).catch(onError);
  };
  return {
    start() {
      timer ??= setInterval(() => {
        round = round.then(run);
      }, EVERY_MS).unref();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      stopping.abort();
      await round;
    },
  };
}
