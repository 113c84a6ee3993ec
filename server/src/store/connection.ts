// Kysely over a connection that an engine opens, holds and closes. A transaction keeps to one connection, and a verb
// cannot begin or end one.
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
