// Warns when this host's clock differs from the database's. A wrong host clock changes no decision of Mintmark, but it
// makes logs and other programs on the host wrong.
import type { BaseLogger } from "pino";

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
