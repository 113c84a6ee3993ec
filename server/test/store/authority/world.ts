// A database in memory and one clock, on which replicas and writers run without a network. Time moves only by `pass`, and a
// test can hold the replies to a replica back, or stop its timers, as SIGSTOP would.
import type { AuthorityKey, Confirmation } from "../../../src/store/authority/change.ts";
import type {
  AuthorityDatabase,
  Clocks,
  LogEntry,
  ReplicaRow,
  Subscribers,
} from "../../../src/store/authority/database.ts";
import { Replica, type ReplicaEvents } from "../../../src/store/authority/replica.ts";
import { Writer } from "../../../src/store/authority/writer.ts";

export const LEASE_MS = 2_000;
/** L(1+2ρ) */
export const LEASE_ENDS_MS = 2_040;

type Row = { -readonly [Name in keyof ReplicaRow]: ReplicaRow[Name] } & { state: "live" | "fenced" };

/** The network between one process and the database. */
export interface Link {
  isCut: boolean;
  /** Whether replies wait. `release` delivers them. */
  holdsAnswers: boolean;
  release(): void;
}

export class World {
  now = 0;
  wallOffset = 1_000_000;
  readonly log: LogEntry[] = [];
  readonly rows = new Map<string, Row>();
  /** The truth that verification reads: which tokens are active. */
  readonly active = new Set<string>(["a", "b"]);
  #timers: { readonly at: number; readonly owner: object; readonly run: () => void }[] = [];
  readonly #stopped = new Set<object>();

  clocks(owner: object, rate = 1): Clocks {
    return {
      monotonic: () => this.now * rate,
      wall: () => this.now + this.wallOffset,
      after: (ms, run) => {
        const timer = { at: this.now + ms / rate, owner, run };
        this.#timers.push(timer);
        return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
      },
    };
  }

  /** Withholds the timers of a process until `continue`. */
  stop(owner: object): void {
    this.#stopped.add(owner);
  }

  continue(owner: object): void {
    this.#stopped.delete(owner);
  }

  /** Moves the clock, and runs what is due on the way, in order. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await settled();
    for (;;) {
      const due = this.#timers.filter(({ at, owner }) => at <= end && !this.#stopped.has(owner));
      const next = due.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
      await settled();
    }
    this.now = end;
  }

  /** Commits a change. */
  commit(...keys: AuthorityKey[]): number {
    for (const { kind, key } of keys) {
      if (kind === "token") this.active.delete(key);
      const seq = this.log.length + 1;
      this.log.push({ seq, nonce: `n${seq}`, kind, key });
    }
    return this.log.length;
  }

  link(): Link & { readonly pass: <T>(operation: () => T) => Promise<T> } {
    let waiting: (() => void)[] = [];
    const link = {
      isCut: false,
      holdsAnswers: false,
      release: () => {
        link.holdsAnswers = false;
        for (const deliver of waiting.splice(0)) deliver();
      },
      pass: async <T>(operation: () => T): Promise<T> => {
        if (link.isCut) throw new Error("the link is cut");
        const answer = operation();
        if (link.holdsAnswers) await new Promise<void>((resolve) => (waiting = [...waiting, resolve]));
        return answer;
      },
    };
    return link;
  }

  database(id: string, { pass }: Pick<ReturnType<World["link"]>, "pass">): AuthorityDatabase {
    const own = (inc: number): Row | undefined => {
      const row = this.rows.get(id);
      return row?.inc === inc && row.state === "live" ? row : undefined;
    };
    const last = () => this.log.at(-1) ?? { seq: 0, nonce: "" };
    return {
      register: (after) =>
        pass(() => {
          const inc = Math.max(after, this.rows.get(id)?.inc ?? 0) + 1;
          const { seq, nonce } = last();
          this.rows.set(id, { id, inc, state: "live", applied: seq, renewals: 0 });
          return { inc, applied: { seq, nonce }, databaseMs: Math.floor(this.now) };
        }),
      renew: (inc) =>
        pass(() => {
          const row = own(inc);
          if (row === undefined) return null;
          row.renewals += 1;
          return Math.floor(this.now);
        }),
      readLog: ({ seq }) =>
        pass(() => {
          const nonceThere = seq === 0 ? "" : (this.log[seq - 1]?.nonce ?? null);
          return { last: last(), nonceThere, entries: this.log.slice(seq, seq + 2) };
        }),
      acknowledge: (inc, applied) =>
        pass(() => {
          const row = own(inc);
          if (row !== undefined) row.applied = applied;
          return row !== undefined;
        }),
      deregister: (inc) => pass(() => void (own(inc) && this.rows.delete(id))),
      readReplicas: () =>
        pass(() => [...this.rows.values()].filter(({ state }) => state === "live").map((row) => ({ ...row }))),
      fence: (other, inc, renewals) =>
        pass(() => {
          const row = this.rows.get(other);
          if (row?.inc !== inc || row.renewals !== renewals || row.state !== "live") return false;
          row.state = "fenced";
          return true;
        }),
    };
  }
}

/** One process with a replica and a writer. */
export class Process {
  readonly link: ReturnType<World["link"]>;
  readonly replica: Replica<string, string>;
  readonly writer: Writer;
  readonly memory = new Map<string, string>();
  readonly heard: string[] = [];
  readonly #world: World;

  constructor(world: World, id: string, { rate = 1, events = {} }: { rate?: number; events?: ReplicaEvents } = {}) {
    const { memory } = this;
    this.#world = world;
    this.link = world.link();
    const parts = { database: world.database(id, this.link), clocks: world.clocks(this, rate), leaseMs: LEASE_MS };
    const cache = {
      get: (key: string) => memory.get(key),
      set: (key: string, facts: string) => void memory.set(key, facts),
      drop: (keys: readonly AuthorityKey[]) => keys.forEach(({ key }) => memory.delete(key)),
      clear: () => memory.clear(),
    };
    const heard = {
      fenced: () => void this.heard.push("fenced"),
      clockRate: (isOff: boolean) => void this.heard.push(isOff ? "clock off" : "clock right"),
      rolledBack: () => void this.heard.push("rolled back"),
    };
    this.replica = new Replica({ ...parts, cache, events: { ...heard, ...events } });
    this.writer = new Writer({ ...parts, ownId: id });
  }

  /** Whether the token is accepted, and by what. */
  async verify(token: string): Promise<"memory: active" | "database: active" | "unknown"> {
    const found = this.replica.lookup(token, () =>
      this.link.pass(() => (this.#world.active.has(token) ? "active" : null)),
    );
    if (!(found instanceof Promise)) return "memory: active";
    return (await found) === null ? "unknown" : "database: active";
  }

  /** Commits the end of a token and waits like the engine. */
  async revoke(token: string): Promise<Confirmation> {
    const key: AuthorityKey = { kind: "token", key: token };
    const seq = this.#world.commit(key);
    this.replica.dropLocally([key]);
    return this.writer.confirm(seq);
  }

  subscribe(subscribers: Subscribers): void {
    this.replica.subscribe(subscribers);
  }
}

/** Lets every promise that is due resolve. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
