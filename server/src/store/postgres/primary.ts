// Proves that a result comes from the primary, and takes the database's time from it. After a failover the old primary
// may run on as a standby: it returns old data, in which a token that was revoked since is still active.
// Rule: a connection proves this when it opens, a transaction when it begins, and a read outside a transaction within
// its own statement, because a proxy or pooler can put another server behind an open connection.
// Rule: each lookup of verification, each transaction and each new connection brings the time with it. A read outside a
// transaction does so when the known time is older than a second by either clock, since a machine that was suspended may
// have stopped the monotonic one.
import type { QueryResult } from "pg";
import { type KyselyPlugin, QueryNode, type RootOperationNode, sql, type SqlBool } from "kysely";

/**
 * The time of the database in milliseconds, as an expression: of the statement, not of the beginning of its
 * transaction.
 */
export const DATABASE_TIME = "floor(date_part('epoch', clock_timestamp()) * 1000)::bigint";

const FRESH_MS = 1_000;

/** The error message of the proof on a server that may not write. */
export const ONLY_READS = "this server only reads";

/**
 * 1 on a server that may write, and an error on every other. `transaction_read_only` is on during recovery whatever was
 * set, and on a primary that its operator fenced. The condition concerns no row, so PostgreSQL evaluates it once for
 * each execution, before the first row, even if there is none. As a subquery it would take five times as long.
 */
const PROOF = `(case current_setting('transaction_read_only') when 'off' then '1' else '${ONLY_READS}' end)::int`;

export const IS_PROVEN = `${PROOF} = 1`;

/**
 * The proof as a statement, for a connection or transaction that begins. Its result holds the time, which `timeOf`
 * reads.
 */
export const PROVE = `select ${PROOF}, ${DATABASE_TIME} as milliseconds`;

/** The milliseconds in the result of statements that end with the proof. */
export function timeOf(answer: QueryResult | readonly QueryResult[]): number {
  return (lastOf(answer).rows[0] as { milliseconds: number }).milliseconds;
}

/** The result of the last of several statements that were sent together. */
export function lastOf(answer: QueryResult | readonly QueryResult[]): QueryResult {
  return (Array.isArray(answer) ? answer.at(-1) : answer) as QueryResult;
}

const CONDITION = sql<SqlBool>`${sql.raw(IS_PROVEN)}`.toOperationNode();

/** Adds the proof to every select. Statements that are written as text are not changed: see `isProven`. */
export const PROVEN_READS: KyselyPlugin = {
  transformQuery: ({ node }) => (node.kind === "SelectQueryNode" ? QueryNode.cloneWithWhere(node, CONDITION) : node),
  transformResult: async ({ result }) => result,
};

export function isProven(node: RootOperationNode): boolean {
  return node.kind === "SelectQueryNode";
}

/**
 * The time that the database reported last, carried forward by the monotonic clock of this process. So replicas whose
 * own clocks disagree use one time.
 */
export class DatabaseClock {
  readonly #host: () => number;
  readonly #monotonic: () => number;
  /** The database's time minus the monotonic clock; `null` before the first result. */
  #offset: number | null = null;
  #observedAt = { host: 0, monotonic: 0 };

  constructor(host: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.#host = host;
    this.#monotonic = monotonic;
  }

  /** UTC epoch milliseconds, never before the time of the last result. The host's clock before the first result. */
  readonly now = (): number => (this.#offset === null ? this.#host() : Math.floor(this.#offset + this.#monotonic()));

  /** How far the host's clock is ahead of the database's, in milliseconds. */
  readonly aheadMs = (): number => this.#host() - this.now();

  /** Call it before a statement that brings the time is sent, for `observe()`. */
  start(): number {
    return this.#monotonic();
  }

  /**
   * The server read the time between the start and now, so the offset lies between two bounds. It moves only as far as
   * the nearer bound.
   */
  observe(databaseMs: number, startedAt: number): void {
    const monotonic = this.#monotonic();
    const least = databaseMs - monotonic;
    this.#offset = this.#offset === null ? least : Math.min(Math.max(this.#offset, least), databaseMs + 1 - startedAt);
    this.#observedAt = { host: this.#host(), monotonic };
  }

  isFresh(): boolean {
    const isRecent = (then: number, now: number): boolean => Math.abs(now - then) < FRESH_MS;
    return (
      this.#offset !== null &&
      isRecent(this.#observedAt.host, this.#host()) &&
      isRecent(this.#observedAt.monotonic, this.#monotonic())
    );
  }
}
