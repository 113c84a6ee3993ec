// Limits how often one credential, and one person with all of theirs, may call tools in a minute. Each call is an event
// of the audit log, so a program in a loop would fill it. Each process counts separately: the limit protects a disk and
// decides nothing.
export const CALLS_PER_MINUTE = 600;
/** Of a person's tokens together, or an organization's API keys. */
export const CALLS_TOGETHER_PER_MINUTE = 3_000;

const MINUTE_MS = 60_000;
/** How many credentials and people are counted at once. Beyond this, the oldest counts are dropped. */
const MOST_COUNTED = 20_000;

export interface TooManyCalls {
  readonly of: "credential" | "together";
  readonly retryAfterSeconds: number;
  /** Whether it is the first too many in its minute. */
  readonly isFirst: boolean;
}

export interface CallLimit {
  /** Counts a call of a credential of this person or organization. Answers `null` when it may go on. */
  count(credentialId: string, holder: string, now: number): TooManyCalls | null;
}

interface Window {
  since: number;
  calls: number;
}

export function createCallLimit(): CallLimit {
  const windows = new Map<string, Window>();
  const countFor = (id: string, now: number): Window => {
    let window = windows.get(id);
    if (window === undefined || now >= window.since + MINUTE_MS || now < window.since) {
      windows.delete(id);
      if (windows.size >= MOST_COUNTED) forgetFirst(windows);
      windows.set(id, (window = { since: now, calls: 0 }));
    }
    window.calls++;
    return window;
  };
  return {
    count(credentialId, holder, now) {
      const own = countFor(credentialId, now);
      if (own.calls > CALLS_PER_MINUTE) return tooMany("credential", own, CALLS_PER_MINUTE, now);
      // Only what the credential's own bound lets through counts for its person: one token cannot use up the others'
      // calls.
      const together = countFor(holder, now);
      if (together.calls > CALLS_TOGETHER_PER_MINUTE)
        return tooMany("together", together, CALLS_TOGETHER_PER_MINUTE, now);
      return null;
    },
  };
}

function tooMany(of: TooManyCalls["of"], { since, calls }: Window, most: number, now: number): TooManyCalls {
  return { of, retryAfterSeconds: Math.ceil((since + MINUTE_MS - now) / 1000), isFirst: calls === most + 1 };
}

/** A window is put at the end when it begins, so the first ones are the oldest. */
function forgetFirst(windows: Map<string, Window>): void {
  let left = MOST_COUNTED / 10;
  for (const id of windows.keys()) {
    if (left-- <= 0) return;
    windows.delete(id);
  }
}
