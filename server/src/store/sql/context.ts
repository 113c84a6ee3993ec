// The verbs of the store as SQL, once for both engines, one file for each thing of the domain.
// Rule: a statement is readable in one place, with the index it relies on and the rows it locks above it.
// Every verb is a function of the context and its arguments; reads.ts and transaction.ts put them together.
// Deliberately absent: connections and transactions, which each engine has its own way with.
import type { Kysely } from "kysely";
import type { Tables } from "../tables.ts";
import type { StoredJson } from "./stored-json.ts";

/** Where a verb runs and what it needs to know of its engine. */
export interface SqlContext {
  readonly db: Kysely<Tables>;
  /** PostgreSQL locks rows; on SQLite a transaction that writes is alone anyway, and the syntax does not exist. */
  readonly locksRows: boolean;
  readonly json: StoredJson;
}
