// Limits how often one credential, and one person with all their credentials, may call tools in a minute. Each call is an
// event in the audit log, so a program in a loop would fill it.
// Rule: each process counts for itself, in memory. The limit protects a disk and decides nothing about access.
import { BoundedMap } from "../../bounded.ts";

/** Calls of one credential in a minute. */
export const CALLS_PER_MINUTE = 600;
/** Calls of a person's tokens together, or of an organization's API keys together, in a minute. */
export const CALLS_TOGETHER_PER_MINUTE = 3_000;

const MINUTE_MS = 60_000;
/** How many credentials and people are counted at once. */
const MOST_COUNTED = 20_000;

export interface TooManyCalls {
  readonly of: "credential" | "together";
  readonly retryAfterSeconds: number;
  /** Whether it is the first call beyond the limit in its minute. */
  readonly isFirst: boolean;
}

export interface CallLimit {
  /** Counts a call of a credential of this person or organization. Returns `null` when the limit allows it. */
  count(credentialId: string, holder: string, now: number): TooManyCalls | null;
}

interface Window {
  since: number;
  calls: number;
}

export function createCallLimit(): CallLimit {
  const windows = new BoundedMap<string, Window>(MOST_COUNTED);
  const countFor = (id: string, now: number): Window => {
    let window = windows.get(id);
    if (window === undefined || now >= window.since + MINUTE_MS || now < window.since) {
      // A window that begins is the newest, so the map forgets it last.
      windows.delete(id);
      windows.set(id, (window = { since: now, calls: 0 }));
    }
    window.calls++;
    return window;
  };
  return {
    count(credentialId, holder, now) {
      const own = countFor(credentialId, now);
      if (own.calls > CALLS_PER_MINUTE) return tooMany("credential", own, CALLS_PER_MINUTE, now);
      // Only calls within the credential's limit count for its person, so one token cannot use up the others' calls.
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
