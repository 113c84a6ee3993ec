// Long polls: requests that wait for the next event. A commit of this process wakes them at once. Commits of other
// processes are found by one read a second for all of them, and only while somebody waits.
// Rule: the number of requests that wait is bounded, for one caller and for the process, and all end at the shutdown.
import type { Store } from "../../store/store.ts";
import { type Deps, type ManagementActor, Refusal } from "../use-case.ts";
import { type FeedPage, type FeedRequest, readFeed } from "./feed.ts";

/** How long one request may wait, in seconds. Proxies cut connections that are silent for longer than 30 or 60. */
export const LONGEST_WAIT_SECONDS = 25;
/** How many requests of one key wait at the same time. */
export const WAITING_OF_CALLER = 10;
/** How many requests wait in one process. */
const WAITING_OF_PROCESS = 200;
/** How often the commits of other processes are looked for. */
const LOOK_MS = 1_000;
/** Commits that follow each other are announced together, so a filter does not read the feed once for each. */
const PAUSE_MS = 100;

/**
 * Returns the events of the instance after a cursor. Without any, waits until there is one, for `waitSeconds` at most. The key
 * is evaluated again after each wait, so a revoked key gets no event that was committed later.
 */
export async function readInstanceEvents(
  deps: Pick<Deps, "store" | "clock"> & { readonly feedWaiting: FeedWaiting },
  actor: ManagementActor,
  { waitSeconds, ...request }: FeedRequest & { readonly waitSeconds: number },
  signal: AbortSignal,
): Promise<FeedPage> {
  if (waitSeconds === 0) return readFeed(deps, null, request);
  const { feedWaiting } = deps;
  const place = feedWaiting.enter(actor.key.id);
  const deadline = performance.now() + waitSeconds * 1000;
  try {
    for (let after = request.after; ;) {
      const mark = feedWaiting.mark();
      const page = await readFeed(deps, null, { ...request, after });
      const ms = deadline - performance.now();
      if (page.items.length > 0 || ms <= 0 || signal.aborted || feedWaiting.hasEnded) return page;
      after = page.next;
      if (!page.isEnd) continue;
      await feedWaiting.wait(page.seq, { mark, ms, signal });
      await requireLiveKey(deps, actor);
    }
  } finally {
    place.leave();
  }
}

async function requireLiveKey({ store, clock }: Pick<Deps, "store" | "clock">, actor: ManagementActor): Promise<void> {
  const key = await store.reads.findManagementKey(actor.key.id);
  if (key === null || key.revokedAt !== null)
    throw new Refusal("token_revoked", "The management key was revoked while the request waited for events.");
  if (key.expiresAt !== null && key.expiresAt <= clock())
    throw new Refusal("token_expired", "The management key expired while the request waited for events.");
}

/** The requests of one process that wait. */
export class FeedWaiting {
  readonly #reads: Pick<Store["reads"], "findEventClock">;
  readonly #onEvents: Set<() => void>;
  readonly #onError: (error: unknown) => void;
  /** Each waiting request with the number that it has read up to. */
  readonly #waiters = new Map<() => void, number>();
  readonly #places = new Map<string, number>();
  #taken = 0;
  #mark = 0;
  #hasEnded = false;
  #wokenAt = Number.NEGATIVE_INFINITY;
  #pausing: NodeJS.Timeout | null = null;
  #looking: NodeJS.Timeout | null = null;

  /** `onEvents` are called after each commit of this process that recorded events. It is one of them while a request waits. */
  constructor(
    reads: Pick<Store["reads"], "findEventClock">,
    onEvents: Set<() => void>,
    onError: (error: unknown) => void,
  ) {
    this.#reads = reads;
    this.#onEvents = onEvents;
    this.#onError = onError;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  readonly #wake = (): void => {
    const pauseMs = this.#waiters.size === 0 ? 0 : this.#wokenAt + PAUSE_MS - performance.now();
    if (pauseMs <= 0) return this.#announce();
    this.#pausing ??= setTimeout(() => {
      this.#pausing = null;
      this.#announce();
    }, pauseMs).unref();
  };

  /** A mark to take before a read: `wait` returns at once if a commit was announced since. */
  mark(): number {
    return this.#mark;
  }

  /**
   * Resolves when there may be an event beyond `seq`, after `ms` milliseconds, or when the signal or the shutdown ends
   * the wait.
   */
  async wait(
    seq: number,
    { mark, ms, signal }: { readonly mark: number; readonly ms: number; readonly signal: AbortSignal },
  ): Promise<void> {
    if (this.#hasEnded || signal.aborted || mark !== this.#mark) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    this.#waiters.set(done, seq);
    this.#lookSoon();
    await promise;
    this.#waiters.delete(done);
    clearTimeout(timer);
    signal.removeEventListener("abort", done);
  }

  /** Takes one of the caller's places. Refuses with `rate_limited` when none is left; `leave` gives it back. */
  enter(callerId: string): { readonly leave: () => void } {
    const own = this.#places.get(callerId) ?? 0;
    if (own >= WAITING_OF_CALLER) throw tooMany("events:key", WAITING_OF_CALLER);
    if (this.#taken >= WAITING_OF_PROCESS) throw tooMany("events:instance", WAITING_OF_PROCESS);
    this.#places.set(callerId, own + 1);
    this.#taken++;
    this.#onEvents.add(this.#wake);
    return {
      leave: () => {
        const left = (this.#places.get(callerId) ?? 1) - 1;
        if (left === 0) this.#places.delete(callerId);
        else this.#places.set(callerId, left);
        this.#taken--;
        if (this.#taken === 0) this.#onEvents.delete(this.#wake);
      },
    };
  }

  /** Ends every wait, and every later one at once. */
  end(): void {
    this.#hasEnded = true;
    for (const timer of [this.#pausing, this.#looking]) if (timer !== null) clearTimeout(timer);
    this.#announce();
  }

  #announce(isBeyond: (seq: number) => boolean = () => true): void {
    this.#wokenAt = performance.now();
    this.#mark++;
    for (const [resolve, seq] of this.#waiters) if (isBeyond(seq)) resolve();
  }

  #lookSoon(): void {
    this.#looking ??= setTimeout(() => {
      void this.#look()
        .catch(this.#onError)
        .finally(() => {
          this.#looking = null;
          if (this.#waiters.size > 0 && !this.#hasEnded) this.#lookSoon();
        });
    }, LOOK_MS).unref();
  }

  async #look(): Promise<void> {
    const { seq } = await this.#reads.findEventClock();
    this.#announce((readTo) => readTo < seq);
  }
}

function tooMany(name: string, most: number): Refusal {
  return new Refusal(
    "rate_limited",
    `${most} requests already wait for events. Read with one of them, or send wait=0.`,
    { retryAfterSeconds: 1, limit: { name, most, windowMs: null } },
  );
}
