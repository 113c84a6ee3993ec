// Kysely over a connection that something else opens, holds and closes: the engines do that, so that a
// transaction keeps to one connection and a verb cannot begin or end one.
import {
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  Kysely,
  type KyselyPlugin,
  type QueryCompiler,
} from "kysely";
import type { Tables } from "../tables.ts";

/** The part of a Kysely dialect that is about the language, not about connections. */
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
