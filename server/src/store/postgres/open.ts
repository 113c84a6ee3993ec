// The store on PostgreSQL: the operator's database, with any number of stateless replicas in front of it.
// Rule: a transaction keeps one connection from begin to commit. Verification has separate connections, so that it
// never waits for slow transactions.
import type { TokenPolicy } from "@mintmark/core";
import type { DatabaseConnection, KyselyPlugin } from "kysely";
import type { Pool } from "pg";
import type { Hash } from "../values.ts";
import type { VerificationLookup } from "../verification.ts";
import type { AuthorityKey, AuthorityListener } from "../authority/change.ts";
import type { Clocks } from "../authority/database.ts";
import { appendChange } from "../authority/log.ts";
import type { ReplicaEvents } from "../authority/replica.ts";
import type { ReplicaView } from "../authority/replica-view.ts";
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
import { NOTIFY, PostgresAuthority } from "./authority.ts";
import { HeldConnection, PooledConnection, POSTGRES_LANGUAGE } from "./dialect.ts";
import { checkDurability, commitDurably } from "./durability.ts";
import { toCommitError } from "./errors.ts";
import { LogReader } from "./log-reader.ts";
import { migratePostgres } from "./migrate.ts";
import { createPool } from "./pool.ts";
import { DatabaseClock, lastOf, PROVEN_READS } from "./primary.ts";
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
  /** How many credentials verification remembers; none by default. */
  readonly cachedCredentials?: number;
  /** The clock by which credentials are evaluated; the database's by default. */
  readonly verificationClock?: () => number;
  /** The events of this process's lease. */
  readonly onLease?: ReplicaEvents;
  /** Called at the start where a failover could lose what was confirmed. */
  readonly onWarning?: (warning: string) => void;
  /** The length of a lease, equal in every process on the database, and this process's clocks. For tests. */
  readonly lease?: { readonly leaseMs?: number; readonly clocks?: Clocks };
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
  full: `begin isolation level read committed; ${commitDurably("transaction")}`,
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
  readonly #authority: PostgresAuthority;
  readonly #onWarning: (warning: string) => void;
  readonly #whyNotReady: () => Promise<string | null>;

  constructor(options: PostgresStoreOptions) {
    const { url, defaultPolicy, silenceMs = SILENCE_MS, hostClock, onWarning, onLease } = options;
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
    const { cachedCredentials = 0, verificationClock = clock.now, lease } = options;
    const memory = { cachedCredentials, verificationClock, ...lease };
    this.#authority = new PostgresAuthority({
      url,
      clock,
      ...memory,
      events: {
        ...onLease,
        // A listener may have looked already, and have found what was in memory.
        applied: (position, keys) => {
          onLease?.applied?.(position, keys);
          this.#notify(keys);
        },
      },
    });
    this.#onWarning = onWarning ?? ((): void => {});
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, durability: Durability = "full"): Promise<T> {
    const change = new AuthorityChange();
    const result = await this.#commit(work, durability, change);
    // Without the connection, which others need while this change waits for a silent replica.
    const confirming = this.#authority.confirm(change);
    this.#notify(change.keys);
    change.confirm(await confirming);
    return result;
  }

  async #commit<T>(work: (tx: Transaction) => Promise<T>, durability: Durability, change: AuthorityChange): Promise<T> {
    const held = await HeldConnection.take(this.#pool);
    const connection = new TransactionConnection(held);
    try {
      await held.prove(this.clock, BEGIN[durability]);
      const context = this.#contextOver(connection, [], change);
      const result = await work(bind(context, TRANSACTION));
      if (change.needsLog) await appendChange(context, { at: this.clock.now(), isDurable: durability === "full" });
      connection.assertMayCommit();
      connection.end();
      await commit(held, change.keys.length > 0 ? NOTIFY : "");
      return result;
    } catch (error) {
      connection.end();
      await held.rollback();
      throw error;
    } finally {
      held.release();
    }
  }

  findForVerification(kind: "pat" | "api_key", hash: Hash): VerificationLookup | Promise<VerificationLookup> {
    return this.#authority.find(kind, hash, () => this.#lookups.find(kind, hash));
  }

  listReplicas(): Promise<readonly ReplicaView[]> {
    return this.#authority.list();
  }

  onAuthorityChange(listener: AuthorityListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async readAuthorityChanges(): Promise<void> {
    const keys = await this.#log.readOn();
    // The replica may learn of it later: a lookup that a listener begins must not be served from before the change.
    this.#authority.forget(keys);
    this.#notify(keys);
  }

  #notify(keys: readonly AuthorityKey[]): void {
    if (keys.length > 0) for (const listener of this.#listeners) listener(keys);
  }

  async migrate(): Promise<{ readonly applied: readonly string[] }> {
    await assertSessionsAreKept(this.#pool);
    const warning = await checkDurability(this.#pool);
    if (warning !== null) this.#onWarning(warning);
    return { applied: await migratePostgres(this.#url) };
  }

  /** The database server takes care of its space. */
  readonly storage: StorageCondition = "ok";

  whyNotReady(): Promise<string | null> {
    return this.#whyNotReady();
  }

  async close(): Promise<void> {
    await this.#authority.close();
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

/**
 * Runs `before` in the same round trip. PostgreSQL returns `ROLLBACK`, without an error, when it could not commit because
 * of an earlier failure.
 */
async function commit(held: HeldConnection, before: string): Promise<void> {
  let answer: string;
  try {
    answer = lastOf(await held.command(`${before}commit`)).command;
  } catch (error) {
    const outcome = toCommitError(error);
    if (outcome instanceof OutcomeUnknown) held.markBroken();
    throw outcome;
  }
  if (answer !== "COMMIT") throw new Error("the database rolled the transaction back instead of committing it");
}
