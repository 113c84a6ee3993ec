// Opens the file, and runs Kysely's statements on it. Anybody who can read the file can read every hash and address in it,
// so only its owner may. Statements are prepared once and used again: preparing takes longer than running.
import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteAdapter,
  SqliteQueryCompiler,
} from "kysely";
import { closeSync, existsSync, mkdirSync, openSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { BoundedMap } from "../../bounded.ts";
import type { SqlLanguage } from "../context.ts";
import { StoreUnavailable } from "../store.ts";
import { diskIsFull, isBusy, toStoreError } from "./errors.ts";

/** How long another process may hold the write lock before the database counts as unreachable. */
export const LOCK_WAIT_MS = 5_000;
const LONGEST_PAUSE_MS = 20;

// Uses of many credentials change the same pages again and again. A log of 8 MiB writes a page to the file once for
// several changes. A larger one would save more, but hold the event loop longer.
export const CHECKPOINT_PAGES = 2048;
/** On a disk that is nearly full, the log takes no more space than it must. */
export const CHECKPOINT_PAGES_WHEN_LOW = 64;

// A read waits only while another process recovers the log after a crash.
const READ_WAIT_MS = 1_000;

/**
 * The path without links, also for a file that does not exist yet. SQLite follows links and keeps the log beside the
 * file that they lead to, so the other files that belong beside it must be there too.
 */
export function withoutLinks(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    // Any other fault of the path is reported when it is opened.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return resolve(file);
  }
  try {
    return withoutLinks(resolve(dirname(file), readlinkSync(file)));
  } catch {
    return resolve(file);
  }
}

/** The connection for transactions: durable when committed (`synchronous=full`), foreign keys enforced. */
export async function openForWriting(file: string): Promise<DatabaseSync> {
  try {
    makeFolder(dirname(file));
    createForOwner(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw diskIsFull(error);
    throw new StoreUnavailable(`cannot open the database file: ${(error as Error).message}`, { cause: error });
  }
  const database = connect(file, 0);
  try {
    await whenUnlocked(() => database.exec("pragma journal_mode = wal"));
    database.exec("pragma synchronous = full; pragma foreign_keys = on");
    database.exec("pragma cache_size = -32768");
    checkpointAfter(database, CHECKPOINT_PAGES);
    database.exec(`pragma journal_size_limit = ${CHECKPOINT_PAGES * 4096 * 2}`);
  } catch (error) {
    database.close();
    throw toStoreError(error);
  }
  return database;
}

/**
 * Creates a missing folder and those above it, for the owner. It does not use `recursive`, with which Node never returns
 * below a folder such as /proc/self, where none can be created.
 */
export function makeFolder(folder: string): void {
  const above = dirname(folder);
  if (existsSync(folder) || above === folder) return;
  makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process has created it.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/**
 * Creates a missing file with rights that SQLite would not give it. An existing file is not opened: closing it again
 * would drop the locks that this process has on it (POSIX).
 */
function createForOwner(file: string): void {
  try {
    closeSync(openSync(file, "ax", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** The connection for reads outside transactions. It sees committed data and cannot write. */
export async function openForReading(file: string): Promise<DatabaseSync> {
  const database = connect(file, READ_WAIT_MS);
  try {
    await whenUnlocked(() => database.exec("pragma query_only = on; pragma cache_size = -65536"));
  } catch (error) {
    database.close();
    throw toStoreError(error);
  }
  return database;
}

/**
 * Repeats a step while another process holds the lock. SQLite's own wait would stop the whole event loop, including
 * verification.
 */
export async function whenUnlocked(step: () => void, waitMs: number = LOCK_WAIT_MS): Promise<void> {
  const deadline = performance.now() + waitMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      step();
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
    }
    await delay(pauseMs);
  }
}

export function checkpointAfter(database: DatabaseSync, pages: number): void {
  database.exec(`pragma wal_autocheckpoint = ${pages}`);
}

function connect(file: string, timeout: number): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout, enableForeignKeyConstraints: true });
  } catch (error) {
    throw toStoreError(error);
  }
}

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
  readonly #prepared = new BoundedMap<string, PreparedStatement>(PREPARED_STATEMENTS);

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

  streamQuery(): never {
    throw new Error("the store reads pages, not streams");
  }

  #prepare(sql: string): PreparedStatement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    // A statement that changes rows also reports the key of the last one, and that of a token's row exceeds a number.
    if (!prepared.returnsRows) statement.setReadBigInts(true);
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}
