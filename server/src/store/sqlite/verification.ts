// The lookup of verification: the one place where nanoseconds count, so it goes past Kysely to two
// prepared statements. Their text is that of credential-facts.ts, so lists and verification see the same.
// Rows come as arrays, which Node builds in two thirds of the time of an object.
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { Hash, VerificationLookup } from "../credential-port.ts";
import {
  type ApiKeyFactsRow,
  selectApiKeyFacts,
  selectTokenFacts,
  type TokenFactsRow,
  toApiKeyFacts,
  toTokenFacts,
} from "../sql/credential-facts.ts";
import type { SqlContext } from "../sql/context.ts";
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

type Values = readonly SQLOutputValue[];

/** Node types what a statement gives as an object; after `setReturnArrays` it is an array. */
function valuesOf(statement: StatementSync, hash: Hash): Values | undefined {
  return statement.get(hash) as Values | undefined;
}

function prepare(database: DatabaseSync, sql: string, columns: readonly string[]): StatementSync {
  const statement = database.prepare(sql);
  const selected = statement.columns().map((column) => column.name);
  if (selected.join() !== columns.join()) throw new Error(`verification expects the columns ${columns.join()}`);
  statement.setReturnArrays(true);
  return statement;
}

function toTokenRow(values: Values): TokenFactsRow {
  return {
    id: values[0],
    name: values[1],
    prefix: values[2],
    permissions: values[3],
    created_at: values[4],
    expires_at: values[5],
    revoked_at: values[6],
    revoked_reason: values[7],
    last_used_at: values[8],
    membership_id: values[9],
    membership_role: values[10],
    membership_suspended_at: values[11],
    membership_ended_at: values[12],
    user_id: values[13],
    user_name: values[14],
    user_email: values[15],
    user_email_verified_at: values[16],
    user_suspended_at: values[17],
    user_deleted_at: values[18],
    organization_id: values[19],
    organization_name: values[20],
    organization_personal_of: values[21],
    organization_deleted_at: values[22],
    organization_policy: values[23],
  } as unknown as TokenFactsRow;
}

const TOKEN_COLUMNS: readonly string[] = Object.keys(toTokenRow([]));

function toApiKeyRow(values: Values): ApiKeyFactsRow {
  return {
    id: values[0],
    name: values[1],
    prefix: values[2],
    role: values[3],
    permissions: values[4],
    created_at: values[5],
    expires_at: values[6],
    revoked_at: values[7],
    revoked_reason: values[8],
    last_used_at: values[9],
    organization_id: values[10],
    organization_name: values[11],
    organization_personal_of: values[12],
    organization_deleted_at: values[13],
    organization_policy: values[14],
  } as unknown as ApiKeyFactsRow;
}

const API_KEY_COLUMNS: readonly string[] = Object.keys(toApiKeyRow([]));
