// Kysely over node:sqlite. Statements are prepared once and used again: preparing takes longer than running.
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteAdapter,
  SqliteQueryCompiler,
} from "kysely";
import type { SqlLanguage } from "../connection.ts";
import { toStoreError } from "./errors.ts";

// More than the verbs have statements. Lists of varying length make more, so the oldest are dropped.
const PREPARED_STATEMENTS = 300;

export const SQLITE_LANGUAGE: SqlLanguage = {
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createAdapter: () => new ManagedAdapter(),
};

/** One connection is enough here. The store decides who uses it when, and not Kysely's own lock. */
class ManagedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

interface PreparedStatement {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

export class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, PreparedStatement>();

  readonly #beforeEach: () => void;

  /** `beforeEach` runs before each statement, and throws when none may run. */
  constructor(database: DatabaseSync, beforeEach: () => void = () => {}) {
    this.#database = database;
    this.#beforeEach = beforeEach;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#beforeEach();
    try {
      const { statement, returnsRows } = this.#prepare(query.sql);
      const parameters = query.parameters as readonly SQLInputValue[];
      if (returnsRows) return { rows: statement.all(...parameters) as R[] };
      const { changes } = statement.run(...parameters);
      return { rows: [], numAffectedRows: changes as bigint };
    } catch (error) {
      throw toStoreError(error);
    }
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("the store reads pages, not streams");
  }

  #prepare(sql: string): PreparedStatement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    // A statement that changes rows also reports the key of the last one, and that of a token's row exceeds a number.
    if (!prepared.returnsRows) statement.setReadBigInts(true);
    if (this.#prepared.size >= PREPARED_STATEMENTS) {
      for (const oldest of this.#prepared.keys()) {
        this.#prepared.delete(oldest);
        break;
      }
    }
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}
