// The lookups of verification in the database, where nanoseconds matter, so they bypass Kysely and use two prepared
// statements. Their text comes from ../verification.ts, so lists and verification see the same facts. Lookups that come
// together run in a row, in one read transaction: so each takes half the time.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Facts } from "@mintmark/core";
import { sql, type SqlBool } from "kysely";
import type { Hash } from "../values.ts";
import {
  API_KEY_COLUMNS,
  expectColumns,
  selectApiKeyFactsToVerify,
  selectTokenFactsToVerify,
  toApiKeyFacts,
  toApiKeyRow,
  TOKEN_COLUMNS,
  toTokenFacts,
  toTokenRow,
  type Values,
  type VerificationLookup,
} from "../verification.ts";
import { hashKey } from "../../secrets/generate.ts";
import type { SqlContext } from "../context.ts";

/** A lookup that waits for its facts. */
export interface Lookup {
  readonly kind: "pat" | "api_key";
  readonly hash: Hash;
  readonly resolve: (found: VerificationLookup) => void;
  readonly reject: (error: unknown) => void;
}

/** Resolves the lookups, which began before the call, from the database. `found` gets what there is. */
export type ReadLookups = (lookups: readonly Lookup[], found: (hash: Hash, facts: Facts) => void) => void;

/**
 * Finds a token by the key of its table and an API key by api_keys_hash; every join is by primary key. All lookups of one
 * call see one state of the database.
 */
export function createLookupReader(database: DatabaseSync, context: SqlContext): ReadLookups {
  // Prepared at the first call: the tables may not exist before the first migration.
  let statements: Statements | null = null;
  return (lookups, found) => {
    statements ??= prepareStatements(database, context);
    answer(database, statements, lookups, found);
  };
}

/**
 * A transaction that stayed open would show the same old data for ever, so it always ends. Should even that fail, the
 * next one cannot begin, and no lookup succeeds.
 */
function answer(
  database: DatabaseSync,
  { begin, end, find }: Statements,
  lookups: readonly Lookup[],
  found: (hash: Hash, facts: Facts) => void,
): void {
  begin.run();
  try {
    for (const { kind, hash, resolve } of lookups) {
      const facts = find(kind, hash);
      if (facts !== null) found(hash, facts);
      resolve(facts);
    }
    end.run();
  } finally {
    if (database.isTransaction) database.exec("rollback");
  }
}

interface Statements {
  readonly begin: StatementSync;
  readonly end: StatementSync;
  readonly find: (kind: "pat" | "api_key", hash: Hash) => VerificationLookup;
}

function prepareStatements(database: DatabaseSync, { db, json }: SqlContext): Statements {
  const anyHash = new Uint8Array(0);
  const tokens = prepare(
    database,
    selectTokenFactsToVerify(db, json)
      .where(sql<SqlBool>`pat.hash_key = ${0n} and pat.hash = ${anyHash}`)
      .compile().sql,
    TOKEN_COLUMNS,
  );
  const apiKeys = prepare(
    database,
    selectApiKeyFactsToVerify(db, json).where("key.hash", "=", anyHash).compile().sql,
    API_KEY_COLUMNS,
  );
  return {
    begin: database.prepare("begin"),
    end: database.prepare("commit"),
    find: (kind, hash) => {
      // Node types a row as an object; after `setReturnArrays` it is an array.
      if (kind === "pat") {
        const values = tokens.get(hashKey(hash), hash) as Values | undefined;
        return values === undefined ? null : toTokenFacts(toTokenRow(values), json);
      }
      const values = apiKeys.get(hash) as Values | undefined;
      return values === undefined ? null : toApiKeyFacts(toApiKeyRow(values), json);
    },
  };
}

function prepare(database: DatabaseSync, sql: string, columns: readonly string[]): StatementSync {
  const statement = database.prepare(sql);
  expectColumns(
    statement.columns().map((column) => column.name),
    columns,
  );
  statement.setReturnArrays(true);
  return statement;
}
