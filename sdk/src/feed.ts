// Follows the feed of events for as long as a program runs: waits for the next ones, and waits while the instance cannot
// be reached.
import type { EventPage } from "./management-types.ts";

export interface ReadOptions {
  /** `start`: from the oldest event on. `now`: only later events. Otherwise `nextCursor` of an earlier page. */
  readonly after: string;
  /** Seconds to wait for an event, 0 to 25. */
  readonly wait?: number;
  /** Events of a page, 1 to 200. */
  readonly limit?: number;
  /** Actions, separated by commas. A name that ends with a dot selects every action that begins with it: `member.,pat.revoked`. */
  readonly action?: string;
  /** Ends the request. */
  readonly signal?: AbortSignal;
}

export interface FollowOptions {
  /** As in `read`. */
  readonly after: string;
  readonly limit?: number;
  readonly action?: string;
  /** Ends the loop, without an error. */
  readonly signal?: AbortSignal;
  /** Called when the instance cannot be read, before the loop waits and tries again. */
  readonly onInterruption?: (error: unknown) => void;
}

export type Feed = (options: ReadOptions) => Promise<EventPage>;

const WAIT_SECONDS = 25;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** `pauseOf` gives the shortest pause after an error that waiting may cure, in milliseconds, and `null` for any other. */
export async function* follow(
  feed: Feed,
  pauseOf: (error: unknown) => number | null,
  { after, signal, onInterruption, ...query }: FollowOptions,
): AsyncGenerator<EventPage> {
  let cursor = after;
  let pause = FIRST_PAUSE_MS;
  while (!isAborted(signal)) {
    try {
      const page = await feed({
        ...query,
        after: cursor,
        wait: WAIT_SECONDS,
        ...(signal === undefined ? {} : { signal }),
      });
      cursor = page.nextCursor;
      pause = FIRST_PAUSE_MS;
      if (page.items.length > 0) yield page;
    } catch (error) {
      if (isAborted(signal)) return;
      const least = pauseOf(error);
      if (least === null) throw error;
      onInterruption?.(error);
      await sleep(Math.max(least, pause), signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    }
    if (isAborted(signal)) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}
