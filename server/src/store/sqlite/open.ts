// The store on one SQLite file, in the runtime, without a server.
// Rule: one connection writes, and only inside transactions, one at a time; another reads what is
// committed. A statement sent to the writing connection from outside would join a stranger's transaction.
import type { DatabaseSync } from "node:sqlite";
import type { TokenPolicy } from "@mintmark/core";
import type { DatabaseConnection } from "kysely";
import type { Hash, VerificationLookup } from "../credential-port.ts";
import { bindKysely } from "../sql/bound-kysely.ts";
import type { SqlContext } from "../sql/context.ts";
import { createReads } from "../sql/reads.ts";
import { createStoredJson, type StoredJson } from "../sql/stored-json.ts";
import { createTransaction } from "../sql/transaction.ts";
import { TransactionConnection } from "../sql/transaction-connection.ts";
import type { Durability, Reads, Store, Transaction } from "../store.ts";
import { createCommitMark } from "./commit-mark.ts";
import { LOCK_WAIT_MS, openForReading, openForWriting, whenUnlocked } from "./database.ts";
import { SQLITE_LANGUAGE, SqliteConnection } from "./dialect.ts";
import { toCommitError, toStoreError } from "./errors.ts";
import { hasCurrentSchema, migrateSqlite } from "./migrate.ts";
import { createVerificationLookup, type FindForVerification } from "./verification.ts";
import { WriteQueue } from "./write-queue.ts";

export interface SqliteStoreOptions {
  /** The database file; it and its folder are created, for their owner alone, when missing. */
  readonly file: string;
  /** The policy of organizations that set none. */
  readonly defaultPolicy: TokenPolicy;
  /** How long a transaction waits for another process to end its own; 5 s unless given. */
  readonly lockWaitMs?: number;
}

/** Opens the file. The schema is not touched: call `migrate()` before anything else. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const writer = await openForWriting(options.file);
  try {
    const reader = await openForReading(options.file);
    return new SqliteStore(writer, reader, options);
  } catch (error) {
    writer.close();
    throw error;
  }
}

class SqliteStore implements Store {
  readonly engine = "sqlite";
  readonly reads: Reads;
  readonly #writer: DatabaseSync;
  readonly #writing: SqliteConnection;
  readonly #reader: DatabaseSync;
  readonly #json: StoredJson;
  readonly #lockWaitMs: number;
  readonly #queue = new WriteQueue();
  readonly #findForVerification: FindForVerification;
  readonly #commitMark: () => Promise<string>;

  constructor(writer: DatabaseSync, reader: DatabaseSync, options: SqliteStoreOptions) {
    this.#writer = writer;
    this.#writing = new SqliteConnection(writer);
    this.#reader = reader;
    this.#json = createStoredJson(options.defaultPolicy);
    this.#lockWaitMs = options.lockWaitMs ?? LOCK_WAIT_MS;
    const context = this.#contextOver(new SqliteConnection(reader));
    this.reads = createReads(context);
    this.#findForVerification = createVerificationLookup(reader, context);
    this.#commitMark = createCommitMark(reader);
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>, durability: Durability = "full"): Promise<T> {
    return this.#queue.run(async () => {
      await this.#begin(durability);
      const connection = new TransactionConnection(this.#writing);
      try {
        const result = await work(createTransaction(this.#contextOver(connection)));
        connection.assertMayCommit();
        connection.end();
        this.#commit();
        return result;
      } catch (error) {
        connection.end();
        this.#rollback();
        throw error;
      }
    });
  }

  findForVerification(kind: "pat" | "api_key", hash: Hash): Promise<VerificationLookup> {
    return this.#findForVerification(kind, hash);
  }

  commitMark(): Promise<string> {
    return this.#commitMark();
  }

  migrate(): Promise<{ readonly applied: readonly string[] }> {
    return this.#queue.run(async () => ({ applied: await migrateSqlite(this.#writer) }));
  }

  async whyNotReady(): Promise<string | null> {
    return hasCurrentSchema(this.#reader) ? null : "The database does not have the schema of this build.";
  }

  async close(): Promise<void> {
    await this.#queue.drain();
    if (this.#reader.isOpen) this.#reader.close();
    if (this.#writer.isOpen) this.#writer.close();
  }

  #contextOver(connection: DatabaseConnection): SqlContext {
    return { db: bindKysely(SQLITE_LANGUAGE, connection), locksRows: false, json: this.#json };
  }

  /** `immediate` takes the write lock at once: one that is taken later can fail after the work was done. */
  async #begin(durability: Durability): Promise<void> {
    try {
      // The write connection is this transaction's alone, so every one says what it needs.
      this.#writer.exec(durability === "full" ? "pragma synchronous = full" : "pragma synchronous = normal");
      await whenUnlocked(() => this.#writer.exec("begin immediate"), this.#lockWaitMs);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  #commit(): void {
    try {
      this.#writer.exec("commit");
    } catch (error) {
      throw toCommitError(error);
    }
  }

  /** SQLite has already rolled back by itself after some errors. */
  #rollback(): void {
    if (this.#writer.isOpen && this.#writer.isTransaction) this.#writer.exec("rollback");
  }
}
