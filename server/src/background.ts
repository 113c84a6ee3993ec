// What an instance does by itself, now and then, besides answering requests.
import type { BaseLogger } from "pino";

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

// Warns when this host's clock differs from the database's. A wrong host clock changes no decision of Mintmark, but it
// makes logs and other programs on the host wrong.

const TOLERANCE_MS = 2_000;

/** A warning for the operator, or `null` while the clocks agree within two seconds. */
export function clockWarning(aheadMs: number): string | null {
  if (Math.abs(aheadMs) <= TOLERANCE_MS) return null;
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return `The clock of this host is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} the database's clock, which decides expiry. Synchronise it.`;
}

/** A chore that logs when the clocks begin to differ by more than that, and when they agree again. */
export function createClockWatch(aheadMs: () => number, logger: BaseLogger): () => Promise<void> {
  let wasOff = false;
  return async () => {
    const warning = clockWarning(aheadMs());
    if (warning !== null && !wasOff) logger.warn({ aheadMs: aheadMs() }, warning);
    if (warning === null && wasOff) logger.info("The clock of this host agrees with the database's again.");
    wasOff = warning !== null;
  };
}
