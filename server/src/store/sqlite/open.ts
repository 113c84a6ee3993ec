// The store on one SQLite file, inside the process, without a server.
// Rule: one connection writes, only inside transactions, and one at a time; another reads committed data. A statement
// that reached the writing connection from outside would join another request's transaction.
import type { DatabaseSync } from "node:sqlite";
import type { TokenPolicy } from "@mintmark/core";
import type { DatabaseConnection } from "kysely";
import type { Hash } from "../values.ts";
import type { VerificationLookup } from "../verification.ts";
import { type AuthorityListener, CONFIRMED_BY_COMMIT } from "../authority/change.ts";
import { CredentialCache } from "../authority/cache.ts";
import { appendChange } from "../authority/log.ts";
import { type ReplicaView, viewWithoutLease } from "../authority/replica-view.ts";
import {
  AuthorityChange,
  bind,
  bindKysely,
  createStoredJson,
  type SqlContext,
  type StoredJson,
  TransactionConnection,
} from "../context.ts";
import {
  type Durability,
  OutcomeUnknown,
  type Reads,
  type StorageCondition,
  StorageFull,
  type Store,
  type StoreClock,
  StoreUnavailable,
  type Transaction,
} from "../store.ts";
import { READS, TRANSACTION } from "../verbs.ts";
import {
  CHECKPOINT_PAGES,
  CHECKPOINT_PAGES_WHEN_LOW,
  checkpointAfter,
  LOCK_WAIT_MS,
  openForReading,
  openForWriting,
  SQLITE_LANGUAGE,
  SqliteConnection,
  whenUnlocked,
  withoutLinks,
} from "./database.ts";
import { diskIsFull, toCommitError, toStoreError } from "./errors.ts";
import { FileGuard, identityAt } from "./file-guard.ts";
import { hasCurrentSchema, migrateSqlite } from "./migrate.ts";
import { StorageReserve, withoutGrowth } from "./storage-reserve.ts";
import { createLookupReader, FileAuthority } from "./verification.ts";

export interface SqliteStoreOptions {
  /** The database file. It and its folder are created, for their owner only, when missing. */
  readonly file: string;
  /** The policy of organizations that set none. */
  readonly defaultPolicy: TokenPolicy;
  /** How long a transaction waits for the transaction of another process; 5 s by default. */
  readonly lockWaitMs?: number;
  /** UTC epoch milliseconds. A file has one host, whose clock this is. */
  readonly hostClock?: () => number;
  /** How many credentials verification remembers; none by default. */
  readonly cachedCredentials?: number;
  /** The clock by which credentials are evaluated; the host's by default. */
  readonly verificationClock?: () => number;
  /** Space reserved beside the file for when the disk is full; none by default. */
  readonly reserveBytes?: number;
  /** Called once when the open file is no longer the one at its path. From then on every call fails. */
  readonly onFault?: (fault: string) => void;
  /** Called when the disk becomes nearly full or full, or has space again. */
  readonly onStorage?: (condition: StorageCondition) => void;
}

const nobodyHears = (): void => {};

/** Opens the file. Call `migrate()` before anything else: opening does not change the schema. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { reserveBytes = 0, onFault = nobodyHears, onStorage = nobodyHears } = options;
  const file = withoutLinks(options.file);
  const reserve = new StorageReserve(file, reserveBytes, onStorage);
  const opened: { close(): void }[] = [];
  try {
    reserve.makeRoom();
    const writer = await openForWriting(file);
    opened.push(writer);
    const identity = identityAt(file);
    const reader = await openForReading(file);
    opened.push(reader);
    const guard = new FileGuard({ path: options.file, file }, identity, { writer, reader }, onFault);
    opened.unshift(guard);
    await reserve.fill();
    return new SqliteStore({ writer, reader, guard, reserve }, options);
  } catch (error) {
    for (const part of opened.toReversed()) part.close();
    // SQLite keeps the index of its log in memory that needs disk space, and reports a lack of it as an error of the
    // disk.
    throw error instanceof StoreUnavailable && !reserve.hasRoom() ? diskIsFull(error) : toStoreError(error);
  }
}

interface Parts {
  readonly writer: DatabaseSync;
  readonly reader: DatabaseSync;
  readonly guard: FileGuard;
  readonly reserve: StorageReserve;
}

class SqliteStore implements Store {
  readonly engine = "sqlite";
  readonly reads: Reads;
  readonly clock: StoreClock;
  readonly #writer: DatabaseSync;
  readonly #writing: SqliteConnection;
  readonly #reader: DatabaseSync;
  readonly #guard: FileGuard;
  readonly #reserve: StorageReserve;
  readonly #json: StoredJson;
  readonly #lockWaitMs: number;
  readonly #queue = new WriteQueue();
  readonly #authority: FileAuthority;
  #checkpointPages = CHECKPOINT_PAGES;

  constructor({ writer, reader, guard, reserve }: Parts, options: SqliteStoreOptions) {
    this.clock = { now: options.hostClock ?? Date.now, aheadMs: () => 0 };
    this.#writer = writer;
    this.#writing = new SqliteConnection(writer);
    this.#reader = reader;
    this.#guard = guard;
    this.#reserve = reserve;
    this.#json = createStoredJson(options.defaultPolicy);
    this.#lockWaitMs = options.lockWaitMs ?? LOCK_WAIT_MS;
    const checkFile = (): void => guard.checkLately();
    const context = this.#contextOver(new SqliteConnection(reader, checkFile));
    this.reads = bind(context, READS);
    const cache = cacheFor(options, this.clock);
    this.#authority = new FileAuthority({
      reader,
      read: createLookupReader(reader, context),
      beforeEach: checkFile,
      cache,
    });
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>, durability: Durability = "full"): Promise<T> {
    return this.#queue.run(async () => {
      const mayGrow = this.#lookAtRoom();
      await this.#begin(durability);
      const connection = new TransactionConnection(this.#writing);
      const change = new AuthorityChange();
      try {
        const context = this.#contextOver(connection, change);
        const tx = bind(context, TRANSACTION);
        const result = await work(mayGrow ? tx : withoutGrowth(tx));
        if (change.needsLog) await appendChange(context, { at: this.clock.now(), isDurable: durability === "full" });
        connection.assertMayCommit();
        connection.end();
        this.#commit();
        change.confirm(CONFIRMED_BY_COMMIT);
        if (change.keys.length > 0 && this.#authority.listeners.size > 0) this.#authority.noteCommit();
        return result;
      } catch (error) {
        connection.end();
        this.#rollback();
        // A change that was refused to keep space has no cause.
        if (error instanceof StorageFull && error.cause !== undefined) this.#reserve.struck();
        throw error;
      }
    });
  }

  findForVerification(kind: "pat" | "api_key", hash: Hash): Promise<VerificationLookup> {
    return this.#authority.find(kind, hash);
  }

  onAuthorityChange(listener: AuthorityListener): () => void {
    return this.#authority.onChange(listener);
  }

  async readAuthorityChanges(): Promise<void> {
    this.#authority.readOn();
  }

  migrate(): Promise<{ readonly applied: readonly string[] }> {
    return this.#queue.run(async () => ({ applied: await migrateSqlite(this.#writer) }));
  }

  async whyNotReady(): Promise<string | null> {
    this.#reserve.look();
    try {
      this.#guard.check();
    } catch (error) {
      return sentenceOf(error as Error);
    }
    if (this.storage === "full") {
      return "The disk under the database is full: a credential that was not used today cannot be verified.";
    }
    return hasCurrentSchema(this.#reader) ? null : "The database does not have the schema of this build.";
  }

  get storage(): StorageCondition {
    return this.#reserve.condition;
  }

  async listReplicas(): Promise<readonly ReplicaView[]> {
    try {
      const clock = this.#reader.prepare("select seq from authority_clock where id = 1").get() as { seq: number };
      return [viewWithoutLease({ id: "file", state: "live", applied: clock.seq, renewedAt: this.clock.now() })];
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async close(): Promise<void> {
    await this.#queue.drain();
    await this.#reserve.settled();
    if (this.#reader.isOpen) this.#reader.close();
    if (this.#writer.isOpen) this.#writer.close();
    this.#guard.close();
  }

  #contextOver(connection: DatabaseConnection, change: AuthorityChange = new AuthorityChange()): SqlContext {
    return { db: bindKysely(SQLITE_LANGUAGE, connection), locksRows: false, json: this.#json, change };
  }

  /**
   * Whether there is space for changes that make the database grow. On a full disk the log is emptied often and stays
   * small.
   */
  #lookAtRoom(): boolean {
    this.#reserve.look();
    const isOk = this.#reserve.condition === "ok";
    const pages = isOk ? CHECKPOINT_PAGES : CHECKPOINT_PAGES_WHEN_LOW;
    if (pages !== this.#checkpointPages) {
      checkpointAfter(this.#writer, pages);
      this.#checkpointPages = pages;
    }
    return isOk;
  }

  /** `immediate` takes the write lock at once. A lock that is taken later can fail after the work was done. */
  async #begin(durability: Durability): Promise<void> {
    try {
      this.#guard.check();
      // This transaction has the write connection alone, so each transaction sets what it needs.
      this.#writer.exec(durability === "full" ? "pragma synchronous = full" : "pragma synchronous = normal");
      await whenUnlocked(() => this.#writer.exec("begin immediate"), this.#lockWaitMs);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  /** A commit to a file that is no longer there is lost when the process ends, so it is not reported as done. */
  #commit(): void {
    let committed: () => void;
    try {
      committed = this.#guard.countCommit(this.#writer);
      this.#writer.exec("commit");
    } catch (error) {
      throw toCommitError(error);
    }
    this.#reserve.fitted();
    try {
      committed();
    } catch (error) {
      throw new OutcomeUnknown("the database file was taken away while committing", { cause: error });
    }
  }

  /** SQLite has already rolled back by itself after some errors. */
  #rollback(): void {
    try {
      if (this.#writer.isOpen && this.#writer.isTransaction) this.#writer.exec("rollback");
    } catch (error) {
      throw toStoreError(error);
    }
  }
}

function cacheFor(
  { cachedCredentials = 0, verificationClock }: SqliteStoreOptions,
  clock: StoreClock,
): CredentialCache | null {
  if (cachedCredentials === 0) return null;
  return new CredentialCache({ most: cachedCredentials, now: verificationClock ?? clock.now });
}

/** Gives the write connection to one transaction at a time, in the order in which they came. */
class WriteQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Resolves when everything in the queue has run. */
  async drain(): Promise<void> {
    await this.#last;
  }
}

function sentenceOf({ message }: Error): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
