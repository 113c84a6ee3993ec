// The context that a verb runs in: `bind` makes the verbs of a domain into those of a store, over Kysely on a connection
// that an engine opens, holds and closes. A transaction keeps to one connection, and a verb cannot begin or end one.
// A verb is a function of the context and its arguments, in the file of its domain: a statement or a few, written once
// for both engines. Its docstring says what it guarantees, which index it reads, and which rows it locks.
// Deliberately absent: connections and transactions, which each engine handles differently.
import type { TokenPolicy } from "@mintmark/core";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  Kysely,
  type KyselyPlugin,
  type QueryCompiler,
  type QueryResult,
} from "kysely";
import type { Tables } from "./tables.ts";

export interface StoredJson {
  /** The policy in force. The default fills in for a missing policy, and for rules that a stored policy lacks. */
  policyOf(text: string | null): TokenPolicy;
  permissionsOf(text: string | null): readonly string[] | null;
}

/** Where a verb runs, and what it must know of its engine. */
export interface SqlContext {
  readonly db: Kysely<Tables>;
  /** PostgreSQL locks rows. On SQLite a writing transaction is alone anyway, and the syntax does not exist. */
  readonly locksRows: boolean;
  readonly json: StoredJson;
}

/** A function of the context and its arguments. */
type Verb = (context: SqlContext, ...args: never[]) => unknown;

/** The verbs without the context, as their callers see them. */
export type Bound<Verbs> = {
  readonly [Name in keyof Verbs]: Verbs[Name] extends (context: SqlContext, ...args: infer Args) => infer Result
    ? (...args: Args) => Result
    : never;
};

const PROTOTYPES = new WeakMap<object, object>();

/**
 * The verbs over one context. A set of verbs has one prototype, made at its first use, so that a transaction makes one
 * object and no function. Call the verbs as methods of the object: they read the context from `this`.
 */
export function bind<Verbs extends Readonly<Record<string, Verb>>>(context: SqlContext, verbs: Verbs): Bound<Verbs> {
  let prototype = PROTOTYPES.get(verbs);
  if (prototype === undefined) {
    prototype = prototypeOf(verbs);
    PROTOTYPES.set(verbs, prototype);
  }
  const bound = Object.create(prototype) as Bound<Verbs> & BoundContext;
  bound.context = context;
  return bound;
}

/** The same verbs with some of them replaced. */
export function withVerbs<Verbs extends object>(verbs: Verbs, replaced: Partial<Verbs>): Verbs {
  return Object.assign(Object.create(Object.getPrototypeOf(verbs) as object) as Verbs, verbs, replaced);
}

interface BoundContext {
  context: SqlContext;
}

function prototypeOf(verbs: Readonly<Record<string, Verb>>): object {
  const prototype: Record<string, unknown> = {};
  for (const [name, verb] of Object.entries(verbs)) {
    prototype[name] = function (this: BoundContext, ...args: never[]): unknown {
      return verb(this.context, ...args);
    };
  }
  return prototype;
}

/** The part of a Kysely dialect that concerns the language and not connections. */
export interface SqlLanguage {
  createQueryCompiler(): QueryCompiler;
  createAdapter(): DialectAdapter;
}

export function bindKysely(
  language: SqlLanguage,
  connection: DatabaseConnection,
  plugins: KyselyPlugin[] = [],
): Kysely<Tables> {
  const dialect: Dialect = {
    createDriver: () => new BoundDriver(connection),
    createQueryCompiler: () => language.createQueryCompiler(),
    createAdapter: () => language.createAdapter(),
    createIntrospector: (): DatabaseIntrospector => {
      throw new Error("the store does not introspect its database");
    },
  };
  return new Kysely<Tables>({ dialect, plugins });
}

class BoundDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new Error("transactions begin in the engine, not in a verb");
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

/**
 * The connection of one transaction while it is open. After the first failed statement no other statement runs, and the
 * transaction cannot commit. PostgreSQL works like that, and this makes SQLite do so, so that code that was tested on one
 * engine behaves the same on the other. After the end every statement is refused; on SQLite it would otherwise join the
 * next request's transaction.
 */
export class TransactionConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;
  #failure: { readonly error: unknown } | null = null;
  #ended = false;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#ended) throw new Error("a verb was called on a transaction that has ended");
    if (this.#failure !== null) throw this.#failure.error;
    try {
      return await this.#connection.executeQuery<R>(query);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("the store reads pages, not streams");
  }

  /** Throws the error of the first failed statement, even if the caller ignored it. */
  assertMayCommit(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  end(): void {
    this.#ended = true;
  }
}
