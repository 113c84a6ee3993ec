// The streams that are open, and their end. A request is over in a moment; a stream outlives the verification that
// let it in, so its credential is judged again as long as the stream is open: whenever anything at all was committed,
// and when its time is over. Nothing else changes what it may do.
// Rule: what cannot be judged ends. A stream that ends costs its client one request to open it again.
import type { Client } from "../verify/use-event.ts";
import type { CredentialKey, Recheck, Verifier } from "../verify/verifier.ts";

export interface OpenStream {
  readonly credentialId: string;
  /** Whose stream it is, whichever of their credentials opened it: the token's owner, or who created the API key. */
  readonly person: string;
  readonly key: CredentialKey;
  readonly client: Client;
  /** The tools its client was offered when it opened, by name. */
  readonly tools: string;
  /** Ends it, without an error: its client asks again, and is then told why not. */
  readonly end: () => void;
  /** Tells its client to ask for the list of tools again. */
  readonly toolsChanged: () => void;
}

export interface Streams {
  /** Watches a stream until the answered function is called or `end` was; answers whose bound it met where it is one too many. */
  watch(stream: OpenStream): (() => void) | StreamBound;
  /** Ends all of them, and at once whatever is watched from now on. */
  close(): void;
}

interface StreamsDeps {
  readonly verifier: Pick<Verifier, "recheck" | "mark">;
  /** The tools of a credential that was judged, by name; `null` when its streams end. */
  readonly toolsOf: (recheck: Extract<Recheck, { ok: true }>) => string | null;
  /** UTC epoch milliseconds. */
  readonly clock: () => number;
  readonly onCount: (open: number) => void;
  readonly onError: (error: unknown) => void;
}

/** From the death of a token to the end of its streams, at the most, and what judging takes. */
const EVERY_MS = 50;
/** Read in one lookup. Few, so that nothing else waits for it, and what was read is forgotten before the next. */
const AT_ONCE = 50;
/** Longer than this nobody waits for the truth. */
const DEADLINE_MS = 3_000;

/** What a bound on open streams counts. */
export type StreamBound = "credential" | "person" | "instance";

/**
 * How many can be open in one process. A credential with more has forgotten some; a person with all their tokens, keys
 * and organizations has a sixteenth of what there is.
 */
export const MOST_STREAMS: Readonly<Record<StreamBound, number>> = { credential: 64, person: 256, instance: 4_096 };

interface Entry {
  readonly stream: OpenStream;
  tools: string;
  /** Until when its verdict holds, unless something is committed: long ago while it is new. */
  until: number;
}

export function createStreams(deps: StreamsDeps): Streams {
  const byCredential = new Map<string, Set<Entry>>();
  const openOf = new Map<string, number>();
  let open = 0;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  /** What was committed when all streams were judged last. */
  let lastMark: string | null = null;

  const add = (entry: Entry): void => {
    const { credentialId, person } = entry.stream;
    byCredential.set(credentialId, (byCredential.get(credentialId) ?? new Set()).add(entry));
    openOf.set(person, (openOf.get(person) ?? 0) + 1);
    deps.onCount(++open);
  };
  const remove = (entry: Entry): void => {
    const entries = byCredential.get(entry.stream.credentialId);
    if (entries?.delete(entry) !== true) return;
    if (entries.size === 0) byCredential.delete(entry.stream.credentialId);
    const left = (openOf.get(entry.stream.person) ?? 0) - 1;
    if (left > 0) openOf.set(entry.stream.person, left);
    else openOf.delete(entry.stream.person);
    deps.onCount(--open);
  };
  const end = (entry: Entry): void => {
    remove(entry);
    entry.stream.end();
  };

  const settle = (entry: Entry, recheck: Recheck): void => {
    const tools = recheck.ok ? deps.toolsOf(recheck) : null;
    if (!recheck.ok || tools === null) return end(entry);
    entry.until = recheck.until;
    if (tools === entry.tools) return;
    entry.tools = tools;
    entry.stream.toolsChanged();
  };
  const read = async (entries: readonly Entry[]): Promise<void> => {
    // Those of one credential may come from different addresses, which its organization's policy may tell apart.
    const rechecks = entries.map(({ stream }) => deps.verifier.recheck(stream.key, stream.client));
    for (const [index, recheck] of (await Promise.all(rechecks)).entries()) settle(entries[index] as Entry, recheck);
  };
  const judge = async (entries: readonly Entry[]): Promise<void> => {
    const mark = await deps.verifier.mark();
    const now = deps.clock();
    const due = mark === lastMark ? entries.filter(({ until }) => until <= now) : entries;
    for (let from = 0; from < due.length; from += AT_ONCE) await read(due.slice(from, from + AT_ONCE));
    lastMark = mark;
  };
  const round = async (): Promise<void> => {
    const entries = [...byCredential.values()].flatMap((some) => [...some]);
    try {
      await inTime(judge(entries));
    } catch (error) {
      deps.onError(error);
      for (const entry of entries) end(entry);
    }
    timer = null;
    schedule();
  };
  const schedule = (): void => {
    if (open === 0 || timer !== null) return;
    timer = setTimeout(() => void round(), EVERY_MS).unref();
  };

  return {
    watch(stream) {
      if ((byCredential.get(stream.credentialId)?.size ?? 0) >= MOST_STREAMS.credential) return "credential";
      if ((openOf.get(stream.person) ?? 0) >= MOST_STREAMS.person) return "person";
      if (open >= MOST_STREAMS.instance) return "instance";
      const entry = { stream, tools: stream.tools, until: Number.NEGATIVE_INFINITY };
      add(entry);
      if (isClosed) end(entry);
      else schedule();
      return () => remove(entry);
    },
    close() {
      isClosed = true;
      for (const entries of byCredential.values()) for (const entry of entries) end(entry);
    },
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new Error("open streams could not be judged in time"));
    // An answer may be waiting to be read: when this process stood still, it was not the database that was late.
    timer = setTimeout(() => setImmediate(fail), DEADLINE_MS).unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
