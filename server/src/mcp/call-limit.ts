// How often one credential may call tools in a minute. Each call is an event of the audit log, so a program that
// runs in circles would fill it. Counted by each process for itself: the limit protects a disk and decides nothing.
export const CALLS_PER_MINUTE = 600;

const MINUTE_MS = 60_000;
/** Credentials whose calls are counted; beyond, counting starts anew. */
const MOST_CREDENTIALS = 10_000;

export interface CallLimit {
  /** Counts a call. Answers `null` when it may go on, else when to try again and whether it is the first too many. */
  count(credentialId: string, now: number): { readonly retryAfterSeconds: number; readonly isFirst: boolean } | null;
}

export function createCallLimit(): CallLimit {
  const counts = new Map<string, { since: number; calls: number }>();
  return {
    count(credentialId, now) {
      let window = counts.get(credentialId);
      if (window === undefined || now >= window.since + MINUTE_MS || now < window.since) {
        if (counts.size >= MOST_CREDENTIALS) counts.clear();
        counts.set(credentialId, (window = { since: now, calls: 0 }));
      }
      window.calls++;
      if (window.calls <= CALLS_PER_MINUTE) return null;
      return {
        retryAfterSeconds: Math.ceil((window.since + MINUTE_MS - now) / 1000),
        isFirst: window.calls === CALLS_PER_MINUTE + 1,
      };
    },
  };
}
