// How a change was confirmed to be in force everywhere, in words for people.

/** The part of a receipt that says how its change was confirmed. */
export interface Confirmed {
  readonly confirmedBy: "single" | "replicas" | "lease";
  /** How many processes had applied the change. */
  readonly replicas: number;
  /** From the commit to the confirmation. */
  readonly waitedMs: number;
}

/**
 * Returns "confirmed by 3 replicas in 4 ms", or with `lease` that the server waited until a silent replica could no longer
 * answer. Returns `null` where one process serves, since its commit says all.
 */
export function confirmationInWords({ confirmedBy, replicas, waitedMs }: Confirmed): string | null {
  const counted = `${replicas} ${replicas === 1 ? "replica" : "replicas"}`;
  switch (confirmedBy) {
    case "single":
      return null;
    case "replicas":
      return `confirmed by ${counted} in ${timeInWords(waitedMs)}`;
    case "lease":
      return `confirmed by ${counted} and by the end of a silent replica's lease, in ${timeInWords(waitedMs)}`;
  }
}

function timeInWords(ms: number): string {
  if (ms < 1) return "less than 1 ms";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
