// Two use cases interleaved by hand: one runs up to a chosen step of its work with the store, the other then
// runs as far as it can, and both go on to the end. Every verb of the store, every begin and every commit is
// a step, so walking the pause through all of them meets every order in which one can overtake the other.
// No sleeps: the other has run "as far as it can" when it is done or waits for a lock of the first.
import type { ErrorCode } from "@mintmark/core";
import { Client } from "pg";
import { Refusal } from "../../src/use-cases/use-case.ts";
import type { Store, Transaction } from "../../src/store/store.ts";

/** A use case, ready to run on the store it is given. */
export type Move = (store: Store) => Promise<unknown>;

/** How a use case ended: `ok`, or the code it was refused with. Anything else it throws is a fault and thrown on. */
export type Ending = ErrorCode | "ok";

export interface Meeting {
  readonly first: Ending;
  readonly second: Ending;
  /** Whether the second began and ended while the first stood still in the middle of its work. */
  readonly overtaken: boolean;
  /** The steps the first has taken. */
  readonly steps: number;
}

/** Tells when someone waits for a row lock. */
export interface LockWatch {
  /** Resolves when someone waits, or when `isOver` says that nobody will. */
  readonly someoneWaits: (isOver: () => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Watches a PostgreSQL database. SQLite has no row locks: there a transaction waits for the one before it. */
export async function watchLocks(databaseUrl: string | null): Promise<LockWatch> {
  if (databaseUrl === null) return { someoneWaits: () => new Promise(() => {}), close: () => Promise.resolve() };
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  // Asked again and again while a round lasts: planned once, and of the function under pg_stat_activity alone.
  const statement = {
    name: "someone-waits",
    text: `select exists (
      select from pg_stat_get_activity(null)
      where wait_event_type = 'Lock' and datid = (select oid from pg_database where datname = current_database())
    ) as waiting`,
  };
  // One question at a time: the last one of a meeting may still be under way when the next begins.
  let asked: Promise<boolean> = Promise.resolve(false);
  const ask = async (): Promise<boolean> =>
    (await client.query<{ waiting: boolean }>(statement)).rows[0]?.waiting === true;
  return {
    someoneWaits: async (isOver) => {
      while (!isOver()) if (await (asked = asked.then(ask))) return;
    },
    close: () => client.end(),
  };
}

/** Runs `first` until it is about to take step `pauseAt` (from 0), then `second`, then both to the end. */
export async function interleave(
  store: Store,
  locks: LockWatch,
  moves: { readonly first: Move; readonly second: Move; readonly pauseAt: number },
): Promise<Meeting> {
  const pause = new Pause(moves.pauseAt);
  const first = endingOf(moves.first(stepped(store, pause)));
  await Promise.race([pause.reached, first]);

  let isSecondDone = false;
  const waits = new Waits(store, pause);
  const second = endingOf(moves.second(waits.store)).finally(() => (isSecondDone = true));
  // A fault of either is thrown below; here it only ends the waiting.
  const settled = Promise.allSettled([second]);
  await Promise.race([settled, waits.noticed, locks.someoneWaits(() => isSecondDone)]);
  const overtaken = isSecondDone && pause.isHolding;
  pause.end();
  const [firstEnding, secondEnding] = await Promise.all([first, second]);
  return { first: firstEnding, second: secondEnding, overtaken, steps: pause.steps };
}

async function endingOf(work: Promise<unknown>): Promise<Ending> {
  try {
    await work;
    return "ok";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

class Pause {
  readonly reached: Promise<void>;
  steps = 0;
  isHolding = false;
  isInTransaction = false;
  readonly #at: number;
  readonly #goOn: Promise<void>;
  #reach: () => void = () => undefined;
  #end: () => void = () => undefined;

  constructor(at: number) {
    this.#at = at;
    this.reached = new Promise((resolve) => (this.#reach = resolve));
    this.#goOn = new Promise((resolve) => (this.#end = resolve));
  }

  async step(): Promise<void> {
    if (this.steps++ !== this.#at) return;
    this.isHolding = true;
    this.#reach();
    await this.#goOn;
  }

  end(): void {
    this.isHolding = false;
    this.#end();
  }
}

/** The store, each verb, begin and commit a step of the pause. */
function stepped(store: Store, pause: Pause): Store {
  return over(store, {
    reads: steppedVerbs(store.reads, pause),
    transaction: async (work) => {
      await pause.step();
      return store.transaction(async (tx) => {
        pause.isInTransaction = true;
        try {
          const result = await work(steppedVerbs(tx, pause));
          await pause.step();
          return result;
        } finally {
          pause.isInTransaction = false;
        }
      });
    },
  });
}

function steppedVerbs<T extends object>(verbs: T, pause: Pause): T {
  return new Proxy(verbs, {
    get:
      (target, name) =>
      async (...args: unknown[]) => {
        await pause.step();
        return (Reflect.get(target, name) as (...args: unknown[]) => unknown).apply(target, args);
      },
  });
}

/** Notices when the second stands before a transaction that SQLite will not begin until the first has ended its own. */
class Waits {
  readonly store: Store;
  readonly noticed: Promise<void>;

  constructor(store: Store, pause: Pause) {
    let notice: () => void = () => undefined;
    this.noticed = new Promise((resolve) => (notice = resolve));
    this.store = over(store, {
      transaction: (work) => {
        if (store.engine === "sqlite" && pause.isHolding && pause.isInTransaction) notice();
        return store.transaction(work);
      },
    });
  }
}

/**
 * The store with locks without effect: each is taken in a separate transaction and released at once. A race that still
 * passes on such a store proves nothing.
 */
export function withoutLocks(store: Store): Store {
  return over(store, {
    transaction: (work) =>
      store.transaction((tx) =>
        work(
          new Proxy(tx, {
            get(target, name: keyof Transaction) {
              if (!name.startsWith("lock")) return Reflect.get(target, name) as unknown;
              return (...args: unknown[]) =>
                store.transaction((other) => (other[name] as (...args: unknown[]) => Promise<unknown>)(...args));
            },
          }),
        ),
      ),
  });
}

function over(store: Store, replaced: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return Reflect.get(replaced, name) as unknown;
      const member = Reflect.get(target, name) as unknown;
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}
