// Proves that an answer comes from the primary. After a failover the old primary may run on as a standby: it answers
// reads from old data, where a token that was revoked since is still live.
// Rule: a connection proves this when it opens, a transaction when it begins, and a read outside a transaction within
// its own statement, because a proxy or pooler can put another server behind an open connection.
import type { QueryResult } from "pg";
import { DATABASE_TIME } from "./database-clock.ts";
import { type KyselyPlugin, QueryNode, type RootOperationNode, sql, type SqlBool } from "kysely";

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
