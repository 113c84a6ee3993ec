// What an instance does by itself, now and then, besides answering requests.

export interface Chores {
  start(): void;
  /** Resolves when a round that is under way has ended; no other begins. */
  stop(): Promise<void>;
}

const EVERY_MS = 60_000;

/** Runs each chore once a minute. One that fails is reported and tried again the next time. */
export function createChores(chores: readonly (() => Promise<void>)[], onError: (error: unknown) => void): Chores {
  let timer: NodeJS.Timeout | null = null;
  let round: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    for (const chore of chores) await chore().catch(onError);
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
      await round;
    },
  };
}
