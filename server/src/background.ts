// Work outside of requests: chores that run once a minute, attempts that are made in rounds, work that follows a response,
// and the comparison of this host's clock with the database's.
// Rule: failures go to the log and never to a client. Deliberately absent: the work itself, which is in the use cases.
import { setTimeout as wait } from "node:timers/promises";
import type { BaseLogger } from "pino";

export interface Chores {
  start(): void;
  /** Resolves when the current step has ended. Any instance continues the rest in its next round. */
  stop(): Promise<void>;
}

const EVERY_MS = 60_000;

/**
 * Background work in steps. Each step is a small transaction, so that a long chore does not block other work. Stops
 * after the step during which the signal arrives.
 */
export type Chore = (signal: AbortSignal) => Promise<void>;

/** Runs each chore once a minute. A failed chore is reported and runs again in the next round. */
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

/** Attempts in rounds: a step starts what is due, the attempts go on beside it, and the end of one may begin a round. */
export interface Rounds {
  /** Begins a round now, or another after the present one. */
  readonly begin: () => void;
  /** Resolves when nothing is under way and nothing is due. */
  readonly settled: () => Promise<void>;
  /** Resolves within seconds: attempts that are under way may go on for two, and then get the signal. */
  readonly stop: () => Promise<void>;
}

interface RoundsParts {
  /** Starts what is due, and returns whether more is. */
  readonly step: () => Promise<boolean>;
  /** In how many milliseconds the next round begins, if nothing begins one before. */
  readonly nextInMs: () => Promise<number>;
  /** In how many milliseconds a round begins after one that failed. */
  readonly afterFailureMs: number;
  /** The attempts that go on. */
  readonly underWay: () => Iterable<Promise<void>>;
  /** Ends the attempts. Aborted by `stop`. */
  readonly ending: AbortController;
  readonly onError: (error: unknown) => void;
}

/** How long attempts that are under way may go on when the instance ends. */
const GRACE_MS = 2_000;

export function createRounds({ step, nextInMs, afterFailureMs, underWay, ending, onError }: RoundsParts): Rounds {
  let round: Promise<void> | null = null;
  let isWanted = false;
  let timer: NodeJS.Timeout | undefined;
  const beginIn = (ms: number): void => {
    clearTimeout(timer);
    if (!ending.signal.aborted) timer = setTimeout(begin, ms).unref();
  };
  const work = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      if (await step()) isWanted = true;
    }
    beginIn(await nextInMs());
  };
  const begin = (): void => {
    if (ending.signal.aborted) return;
    isWanted = true;
    round ??= work()
      .catch((error: unknown) => {
        onError(error);
        beginIn(afterFailureMs);
      })
      .finally(() => {
        round = null;
        if (isWanted) begin();
      });
  };
  const busy = (): readonly Promise<void>[] => [...(round === null ? [] : [round]), ...underWay()];
  const settled = async (): Promise<void> => {
    for (let all = busy(); all.length > 0; all = busy()) await Promise.all(all);
  };
  return {
    begin,
    settled,
    async stop() {
      clearTimeout(timer);
      isWanted = false;
      await Promise.race([Promise.all(busy()), wait(GRACE_MS, null, { ref: false })]);
      ending.abort();
      clearTimeout(timer);
      await settled();
    },
  };
}

// Runs work after the response, emails mostly. So the time of a response reveals nothing about that work.

export interface Later {
  /** Starts the work after the current turn of the event loop. A failure is reported, never thrown. */
  readonly run: (work: () => Promise<void>) => void;
  /** Resolves when all started work has ended. */
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

const TOLERANCE_MS = 2_000;

/**
 * A warning for the operator, or `null` while the clocks agree within two seconds. A wrong host clock changes no
 * decision of Mintmark, but it makes logs and other programs on the host wrong.
 */
export function clockWarning(aheadMs: number): string | null {
  if (Math.abs(aheadMs) <= TOLERANCE_MS) return null;
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return `The clock of this host is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} the database's clock, which decides expiry. Synchronise it.`;
}

/** A chore that logs when the clocks start to differ by more than two seconds, and when they agree again. */
export function createClockWatch(aheadMs: () => number, logger: BaseLogger): () => Promise<void> {
  let wasOff = false;
  return async () => {
    const warning = clockWarning(aheadMs());
    if (warning !== null && !wasOff) logger.warn({ aheadMs: aheadMs() }, warning);
    if (warning === null && wasOff) logger.info("The clock of this host agrees with the database's again.");
    wasOff = warning !== null;
  };
}
