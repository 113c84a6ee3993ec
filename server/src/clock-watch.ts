// Whether this host's clock agrees with the one that everything is judged by. A clock that is off changes no decision;
// logs and whatever else runs on the host are wrong by it.
import type { BaseLogger } from "pino";

const TOLERANCE_MS = 2_000;

/** A sentence for whoever runs the instance, or `null` while the clocks agree within two seconds. */
export function clockWarning(aheadMs: number): string | null {
  if (Math.abs(aheadMs) <= TOLERANCE_MS) return null;
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return `The clock of this host is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} the database's clock, which decides expiry. Synchronise it.`;
}

/** A chore that says so in the log when the clocks part, and when they agree again. */
export function createClockWatch(aheadMs: () => number, logger: BaseLogger): () => Promise<void> {
  let wasOff = false;
  return async () => {
    const warning = clockWarning(aheadMs());
    if (warning !== null && !wasOff) logger.warn({ aheadMs: aheadMs() }, warning);
    if (warning === null && wasOff) logger.info("The clock of this host agrees with the database's again.");
    wasOff = warning !== null;
  };
}
