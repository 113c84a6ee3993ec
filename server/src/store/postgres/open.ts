// The store on PostgreSQL: the operator's database, with any number of stateless replicas in front of it.
// Rule: a transaction keeps one connection from begin to commit. Verification has separate connections, so that it
// never waits for slow transactions.
import type { TokenPolicy } from "@mintmark/core";
import type { DatabaseConnection, KyselyPlugin } from "kysely";
import type { Pool } from "pg";
import type { Hash } from "../values.ts";
import type { VerificationLookup } from "../verification.ts";
import { type AuthorityKey, type AuthorityListener, CONFIRMED_BY_COMMIT } from "../authority/change.ts";
import { appendChange } from "../authority/log.ts";
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
  type Store,
  type Transaction,
} from "../store.ts";
import { READS, TRANSACTION } from "../verbs.ts";
import { HeldConnection, PooledConnection, POSTGRES_LANGUAGE } from "./dialect.ts";
import { toCommitError } from "./errors.ts";
import { LogReader } from "./log-reader.ts";
import { migratePostgres } from "./migrate.ts";
import { createPool } from "./pool.ts";
import { DatabaseClock, PROVEN_READS } from "./primary.ts";
import { assertSessionsAreKept, createReadiness } from "./readiness.ts";
import { createVerificationLookups, VERIFICATION_SETTINGS, type VerificationLookups } from "./verification.ts";

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** The policy of organizations that set none. */
  readonly defaultPolicy: TokenPolicy;
  /** The silence after which a connection counts as lost; 12 s by default. */
  readonly silenceMs?: number;
  /** The clock of the host, only to report how far it is off; UTC epoch milliseconds. */
  readonly hostClock?: () => number;
}

const CONNECTIONS = 10;
const VERIFICATION_CONNECTIONS = 4;

/** Longer than the statement timeout below, so that the server's own error comes first. */
const SILENCE_MS = 12_000;
const VERIFICATION_SILENCE_MS = 3_000;

/**
 * Settings of each connection. A statement that waits for a lock is refused after two seconds, with 503. A replica that
 * is paused while it holds locks loses them after five, so it cannot stop revocations elsewhere for longer.
 */
const SETTINGS = `
  set lock_timeout = '2s';
  set statement_timeout = '10s';
  set idle_in_transaction_session_timeout = '5s';
`;

/** Read committed: a statement that waited for a lock sees what the other transaction did. */
const BEGIN: Readonly<Record<Durability, string>> = {
  full: `begin isolation level read committed; set local synchronous_commit = on; `,
  // For counts, which verification elsewhere may wait for: a paused replica releases them sooner.
  lazy: `begin isolation level read committed; set local synchronous_commit = off;
    set local idle_in_transaction_session_timeout = '2s'; `,
};

/** Opens no connection yet and does not change the schema: call `migrate()` before anything else. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  return new PostgresStore(options);
}

class PostgresStore implements Store {
  readonly engine = "postgres";
  readonly reads: Reads;
  readonly clock: DatabaseClock;
  readonly #url: string;
  readonly #pool: Pool;
  readonly #verificationPool: Pool;
  readonly #json: StoredJson;
  readonly #lookups: VerificationLookups;
  readonly #log: LogReader;
  readonly #listeners = new Set<AuthorityListener>();
  readonly #whyNotReady: () => Promise<string | null>;

  constructor({ url, defaultPolicy, silenceMs = SILENCE_MS, hostClock }: PostgresStoreOptions) {
    const clock = new DatabaseClock(hostClock);
    const pool = createPool({ url, connections: CONNECTIONS, silenceMs, settings: SETTINGS, clock });
    const verificationPool = createPool({
      url,
      connections: VERIFICATION_CONNECTIONS,
      silenceMs: Math.min(silenceMs, VERIFICATION_SILENCE_MS),
      settings: VERIFICATION_SETTINGS,
      clock,
    });
    this.clock = clock;
    this.#url = url;
    this.#pool = pool;
    this.#verificationPool = verificationPool;
    this.#json = createStoredJson(defaultPolicy);
    const connection = new PooledConnection(pool, clock);
    this.reads = bind(this.#contextOver(connection, [PROVEN_READS]), READS);
    this.#lookups = createVerificationLookups(verificationPool, this.#contextOver(connection), clock);
    this.#log = new LogReader(verificationPool);
    this.#whyNotReady = createReadiness(pool, this.#lookups);
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, durability: Durability = "full"): Promise<T> {
    const held = await HeldConnection.take(this.#pool);
    const connection = new TransactionConnection(held);
    const change = new AuthorityChange();
    try {
      await held.prove(this.clock, BEGIN[durability]);
      const context = this.#contextOver(connection, [], change);
      const result = await work(bind(context, TRANSACTION));
      if (change.needsLog) await appendChange(context, { at: this.clock.now(), isDurable: durability === "full" });
      connection.assertMayCommit();
      connection.end();
      await commit(held);
      change.confirm(CONFIRMED_BY_COMMIT);
      this.#notify(change.keys);
      return result;
    } catch (error) {
      connection.end();
      await held.rollback();
      throw error;
    } finally {
      held.release();
    }
  }

  findForVerification(kind: "pat" | "api_key", hash: Hash): Promise<VerificationLookup> {
    return this.#lookups.find(kind, hash);
  }

  onAuthorityChange(listener: AuthorityListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async readAuthorityChanges(): Promise<void> {
    this.#notify(await this.#log.readOn());
  }

  #notify(keys: readonly AuthorityKey[]): void {
    if (keys.length > 0) for (const listener of this.#listeners) listener(keys);
  }

  async migrate(): Promise<{ readonly applied: readonly string[] }> {
    await assertSessionsAreKept(this.#pool);
    return { applied: await migratePostgres(this.#url) };
  }

  /** The database server takes care of its space. */
  readonly storage: StorageCondition = "ok";

  whyNotReady(): Promise<string | null> {
    return this.#whyNotReady();
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool, this.#verificationPool].map(endPool));
  }

  #contextOver(
    connection: DatabaseConnection,
    plugins: KyselyPlugin[] = [],
    change: AuthorityChange = new AuthorityChange(),
  ): SqlContext {
    return { db: bindKysely(POSTGRES_LANGUAGE, connection, plugins), locksRows: true, json: this.#json, change };
  }
}

async function endPool(pool: Pool): Promise<void> {
  if (!pool.ending) await pool.end();
}

/** PostgreSQL returns `ROLLBACK`, without an error, when it could not commit because of an earlier failure. */
async function commit(held: HeldConnection): Promise<void> {
  let answer: string;
  try {
    answer = (await held.command("commit")).command;
  } catch (error) {
    const outcome = toCommitError(error);
    if (outcome instanceof OutcomeUnknown) held.markBroken();
    throw outcome;
  }
  if (answer !== "COMMIT") throw new Error("the database rolled the transaction back instead of committing it");
}
