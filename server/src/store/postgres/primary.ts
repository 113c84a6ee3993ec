// Proves that a result comes from the primary, and takes the database's time from it. After a failover the old primary
// may run on as a standby: it returns old data, in which a token that was revoked since is still active.
// Rule: a connection proves this when it opens, a transaction when it begins, and a read outside a transaction within
// its own statement, because a proxy or pooler can put another server behind an open connection.
// Rule: each lookup of verification, each transaction and each new connection brings the time with it. A read outside a
// transaction does so when the known time is older than a second by either clock, since a machine that was suspended may
// have stopped the monotonic one.
import type { QueryResult } from "pg";
import { type KyselyPlugin, QueryNode, type RootOperationNode, sql, type SqlBool } from "kysely";

/** Milliseconds of the database, as an expression; within the statement, not from its transaction's beginning. */
export const DATABASE_TIME = "floor(date_part('epoch', clock_timestamp()) * 1000)::bigint";

const FRESH_MS = 1_000;

/** The error message of the proof on a server that may not write. */
export const ONLY_READS = "this server only reads";

/**
 * 1 on a server that may write, and an error on every other. `transaction_read_only` is on in recovery whatever was set,
 * and on a primary that its operator fenced. As a condition it is about no row, so PostgreSQL evaluates it once for each
 * execution, before the first row, also when there is none; as a subquery it would cost five times as much.
 */
const PROOF = `(case current_setting('transaction_read_only') when 'off' then '1' else '${ONLY_READS}' end)::int`;

export const IS_PROVEN = `${PROOF} = 1`;

/** The proof as a statement, for what carries none; it brings the time, which `timeOf` reads. */
export const PROVE = `select ${PROOF}, ${DATABASE_TIME} as milliseconds`;

/** The milliseconds in the answer to statements that end with the proof. */
export function timeOf(answer: QueryResult | readonly QueryResult[]): number {
  const last = (Array.isArray(answer) ? answer.at(-1) : answer) as QueryResult<{ milliseconds: number }>;
  return (last.rows[0] as { milliseconds: number }).milliseconds;
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
 * The time that the database reported last, carried forward by this process's monotonic clock. Replicas whose own clocks
 * disagree so use one time.
 */
export class DatabaseClock {
  readonly #host: () => number;
  readonly #monotonic: () => number;
  /** What the monotonic clock lacks to the database's; `null` before the first answer. */
  #offset: number | null = null;
  #observedAt = { host: 0, monotonic: 0 };

  constructor(host: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.#host = host;
    this.#monotonic = monotonic;
  }

  /** UTC epoch milliseconds: never before the last answer's time. The host's clock before the first answer. */
  readonly now = (): number => (this.#offset === null ? this.#host() : Math.floor(this.#offset + this.#monotonic()));

  /** How far the host's clock is ahead of the database's, in milliseconds. */
  readonly aheadMs = (): number => this.#host() - this.now();

  /** For `observe()`, before a statement that brings the time is sent. */
  start(): number {
    return this.#monotonic();
  }

  /** The time was read between the start and now, so the offset lies between two bounds; it is moved no further than into them. */
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
