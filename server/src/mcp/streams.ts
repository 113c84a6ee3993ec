// The open streams and their end. A stream outlasts the verification at its start, so its credential is evaluated again
// while it is open: when the authority log names something that it depends on, and when its time ends. Nothing else can
// change its permissions.
// Rule: a stream whose credential cannot be evaluated ends. The client then needs one request to open it again.
import type { AuthorityKey, Store } from "../store/store.ts";
import type { Client } from "../verify/use-event.ts";
import type { CredentialKey, Recheck, Verifier } from "../verify/verifier.ts";

export interface OpenStream {
  readonly credentialId: string;
  /** The ids of the credential and of its membership, user and organization, as far as it has them. */
  readonly dependsOn: readonly string[];
  /** The person that the stream counts for: the token's owner or the API key's creator. */
  readonly person: string;
  readonly key: CredentialKey;
  readonly client: Client;
  /** The names of the tools that the client had when the stream opened. */
  readonly tools: string;
  /** Ends the stream without an error. The client's next request then gets the reason. */
  readonly end: () => void;
  /** Notifies the client to list the tools again. */
  readonly toolsChanged: () => void;
}

export interface Streams {
  /**
   * Watches a stream until the returned function or `end` is called. Returns the exceeded bound when there are too many
   * streams.
   */
  watch(stream: OpenStream): (() => void) | StreamBound;
  /** Ends all streams. Later ones end at once. */
  close(): void;
}

interface StreamsDeps {
  readonly verifier: Pick<Verifier, "recheck">;
  readonly store: Pick<Store, "onAuthorityChange" | "readAuthorityChanges">;
  /** The names of the tools of an evaluated credential; `null` when its streams must end. */
  readonly toolsOf: (recheck: Extract<Recheck, { ok: true }>) => string | null;
  /** UTC epoch milliseconds. */
  readonly clock: () => number;
  readonly onCount: (open: number) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The longest time from the end of a token in another process, or by time, to the evaluation of its streams. An end in this
 * process notifies at once.
 */
const EVERY_MS = 50;
/** Credentials in one lookup. A small number, so that other work does not wait and the results are soon released. */
const AT_ONCE = 50;
/** The longest wait for the database. */
const DEADLINE_MS = 3_000;

/** The subject of a bound on open streams. */
export type StreamBound = "credential" | "person" | "instance";

/**
 * The highest number of open streams in one process. A credential with more streams has abandoned some. One person,
 * with all tokens, keys and organizations, gets a sixteenth of the total.
 */
export const MOST_STREAMS: Readonly<Record<StreamBound, number>> = { credential: 64, person: 256, instance: 4_096 };

interface Entry {
  readonly stream: OpenStream;
  tools: string;
  /** Whether a change since the last evaluation began may concern it. A new stream may have missed one. */
  isTouched: boolean;
  /** The verdict holds until this instant unless a change concerns it. */
  until: number;
}

export function createStreams(deps: StreamsDeps): Streams {
  const open = new StreamRegistry(deps.onCount);
  const evaluate = createEvaluation(deps, (entry) => end(entry));
  let timer: NodeJS.Timeout | null = null;
  let isRound = false;
  let isClosed = false;

  const end = (entry: Entry): void => {
    open.remove(entry);
    entry.stream.end();
  };
  const round = async (): Promise<void> => {
    clearTimeout(timer ?? undefined);
    timer = null;
    isRound = true;
    const entries = open.all();
    try {
      await inTime(deps.store.readAuthorityChanges().then(() => evaluate(entries)));
    } catch (error) {
      deps.onError(error);
      for (const entry of entries) end(entry);
    }
    isRound = false;
    schedule();
  };
  const schedule = (): void => {
    if (open.count === 0 || timer !== null || isRound) return;
    timer = setTimeout(() => void round(), open.hasTouched() ? 0 : EVERY_MS).unref();
  };
  const touched = (keys: readonly AuthorityKey[]): void => {
    if (!open.touch(keys) || isRound) return;
    clearTimeout(timer ?? undefined);
    timer = null;
    schedule();
  };
  const forget = deps.store.onAuthorityChange(touched);

  return {
    watch(stream) {
      const exceeded = open.exceededBound(stream);
      if (exceeded !== null) return exceeded;
      const entry = { stream, tools: stream.tools, isTouched: true, until: Number.POSITIVE_INFINITY };
      open.add(entry);
      if (isClosed) end(entry);
      else schedule();
      return () => open.remove(entry);
    },
    close() {
      isClosed = true;
      forget();
      for (const entry of open.all()) end(entry);
    },
  };
}

/** The open streams, counted by credential, by person and in total. */
class StreamRegistry {
  readonly #byCredential = new Map<string, Set<Entry>>();
  readonly #byDependency = new Map<string, Set<Entry>>();
  readonly #countOf = new Map<string, number>();
  readonly #onCount: (open: number) => void;
  #count = 0;

  constructor(onCount: (open: number) => void) {
    this.#onCount = onCount;
  }

  get count(): number {
    return this.#count;
  }

  all(): readonly Entry[] {
    return [...this.#byCredential.values()].flatMap((entries) => [...entries]);
  }

  hasTouched(): boolean {
    return this.all().some(({ isTouched }) => isTouched);
  }

  /** Marks the streams that one of the keys concerns, and returns whether there are any. */
  touch(keys: readonly AuthorityKey[]): boolean {
    let isAny = false;
    for (const { kind, key } of keys) {
      for (const entry of kind === "all" ? this.all() : (this.#byDependency.get(key) ?? [])) {
        entry.isTouched = true;
        isAny = true;
      }
    }
    return isAny;
  }

  /** The bound that one more stream would exceed, or `null`. */
  exceededBound({ credentialId, person }: OpenStream): StreamBound | null {
    if ((this.#byCredential.get(credentialId)?.size ?? 0) >= MOST_STREAMS.credential) return "credential";
    if ((this.#countOf.get(person) ?? 0) >= MOST_STREAMS.person) return "person";
    return this.#count >= MOST_STREAMS.instance ? "instance" : null;
  }

  add(entry: Entry): void {
    const { credentialId, person } = entry.stream;
    this.#byCredential.set(credentialId, (this.#byCredential.get(credentialId) ?? new Set()).add(entry));
    for (const id of entry.stream.dependsOn)
      this.#byDependency.set(id, (this.#byDependency.get(id) ?? new Set()).add(entry));
    this.#countOf.set(person, (this.#countOf.get(person) ?? 0) + 1);
    this.#onCount(++this.#count);
  }

  /** Has no effect for a stream that was already removed. */
  remove(entry: Entry): void {
    const { credentialId, person } = entry.stream;
    const entries = this.#byCredential.get(credentialId);
    if (entries?.delete(entry) !== true) return;
    if (entries.size === 0) this.#byCredential.delete(credentialId);
    for (const id of entry.stream.dependsOn) {
      const dependent = this.#byDependency.get(id);
      dependent?.delete(entry);
      if (dependent?.size === 0) this.#byDependency.delete(id);
    }
    const left = (this.#countOf.get(person) ?? 0) - 1;
    if (left > 0) this.#countOf.set(person, left);
    else this.#countOf.delete(person);
    this.#onCount(--this.#count);
  }
}

/** Returns a function that evaluates streams again: those that a change may concern, and those whose time has ended. */
function createEvaluation(
  deps: Pick<StreamsDeps, "verifier" | "toolsOf" | "clock">,
  end: (entry: Entry) => void,
): (entries: readonly Entry[]) => Promise<void> {
  const settle = (entry: Entry, recheck: Recheck): void => {
    const tools = recheck.ok ? deps.toolsOf(recheck) : null;
    if (!recheck.ok || tools === null) return end(entry);
    entry.until = recheck.until;
    if (tools === entry.tools) return;
    entry.tools = tools;
    entry.stream.toolsChanged();
  };
  const read = async (entries: readonly Entry[]): Promise<void> => {
    // Streams of one credential may have different client addresses, and the policy may distinguish them.
    // A change from here on may be later than the facts that are read.
    for (const entry of entries) entry.isTouched = false;
    const rechecks = entries.map(({ stream }) => deps.verifier.recheck(stream.key, stream.client));
    for (const [index, recheck] of (await Promise.all(rechecks)).entries()) settle(entries[index] as Entry, recheck);
  };
  return async (entries) => {
    const now = deps.clock();
    const due = entries.filter(({ isTouched, until }) => isTouched || until <= now);
    for (let from = 0; from < due.length; from += AT_ONCE) await read(due.slice(from, from + AT_ONCE));
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new Error("open streams could not be evaluated in time"));
    // A result may be ready to read: if this process was paused, the database was not late.
    timer = setTimeout(() => setImmediate(fail), DEADLINE_MS).unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
