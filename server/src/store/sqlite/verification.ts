// The lookup of verification: the one place where nanoseconds count, so it goes past Kysely to two
// prepared statements. Their text is that of credential-facts.ts, so lists and verification see the same.
// Rows come as arrays, which Node builds in two thirds of the time of an object.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Hash, VerificationLookup } from "../credential-port.ts";
import type { SqlContext } from "../sql/context.ts";
import { selectApiKeyFacts, selectTokenFacts, toApiKeyFacts, toTokenFacts } from "../sql/credential-facts.ts";
import {
  API_KEY_COLUMNS,
  expectColumns,
  TOKEN_COLUMNS,
  toApiKeyRow,
  toTokenRow,
  type Values,
} from "../sql/credential-values.ts";
import { StoreUnavailable } from "../store.ts";

export type FindForVerification = (kind: "pat" | "api_key", hash: Hash) => VerificationLookup;

/** By personal_access_tokens_hash or api_keys_hash; every join is by primary key. */
export function createVerificationLookup(database: DatabaseSync, { db, json }: SqlContext): FindForVerification {
  const anyHash = new Uint8Array(0);
  const tokenSql = selectTokenFacts(db).where("pat.hash", "=", anyHash).compile().sql;
  const apiKeySql = selectApiKeyFacts(db).where("key.hash", "=", anyHash).compile().sql;
  // Prepared at the first call: the tables may not exist before the first migration.
  let tokens: StatementSync | null = null;
  let apiKeys: StatementSync | null = null;
  return (kind, hash) => {
    try {
      if (kind === "pat") {
        tokens ??= prepare(database, tokenSql, TOKEN_COLUMNS);
        const values = valuesOf(tokens, hash);
        return values === undefined ? null : toTokenFacts(toTokenRow(values), json);
      }
      apiKeys ??= prepare(database, apiKeySql, API_KEY_COLUMNS);
      const values = valuesOf(apiKeys, hash);
      return values === undefined ? null : toApiKeyFacts(toApiKeyRow(values), json);
    } catch (error) {
      throw new StoreUnavailable("the credential could not be looked up", { cause: error });
    }
  };
}

/** Node types what a statement gives as an object; after `setReturnArrays` it is an array. */
function valuesOf(statement: StatementSync, hash: Hash): Values | undefined {
  return statement.get(hash) as Values | undefined;
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
