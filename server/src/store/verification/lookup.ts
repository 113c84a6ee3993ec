// The statements of verification, one for each kind of credential, which each engine prepares by hash. They read the
// facts as arrays, in the order of the statement's columns: the drivers make arrays in a fraction of the time of objects.
import type { Facts } from "@mintmark/core";
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { StoredJson } from "../bind.ts";
import type { Tables } from "../tables.ts";
import type { Hash } from "../values.ts";
import {
  API_KEY_FACTS,
  type ApiKeyFactsRow,
  BY_NUMBER,
  HOLDER_COLUMNS,
  IS_SWEPT,
  joinHolder,
  type ApiKeyOrganizationScope,
  type TokenHolderScope,
  ORGANIZATION_COLUMNS,
  TOKEN_FACTS,
  type TokenFactsRow,
} from "./facts.ts";

/** Facts for verification, or `null` when no credential has the hash. */
export type VerificationLookup = Facts | null;

/**
 * The first eight bytes of a hash. Among a billion tokens, two share them with a chance of one in forty. The second of
 * them is not minted, and minting again makes another.
 */
export function hashKey(hash: Hash): bigint {
  return new DataView(hash.buffer, hash.byteOffset).getBigInt64(0);
}

/**
 * Only a limit on idle days needs the last use, and few organizations have one; for the others this saves a fifth of
 * the lookup. A policy that states it in any other way is treated as one with a limit.
 */
function lastUseIfLimited(credentialId: RawBuilder<unknown>, json: StoredJson): RawBuilder<number | null> {
  const lastUse = sql`select last_used_at from credential_uses where credential_id = ${credentialId}`;
  const isUnlimited = sql`org.policy like ${sql.lit('%"idleDays":null%')}`;
  const isUnset = json.policyOf(null).idleDays === null ? sql`org.policy is null or ` : sql``;
  return sql<number | null>`case when ${isUnset}${isUnlimited} then null else (${lastUse}) end`;
}

/** The facts of a token, joined by number, with the last use only where it is needed. */
export function selectTokenFactsToVerify(db: Kysely<Tables>, json: StoredJson): TokenFactsToVerify {
  return joinHolder(db, BY_NUMBER)
    .select(TOKEN_FACTS)
    .select(IS_SWEPT.as("swept"))
    .select(lastUseIfLimited(sql.ref("pat.id"), json).as("last_used_at"))
    .select(HOLDER_COLUMNS)
    .select(ORGANIZATION_COLUMNS);
}

/** The facts of an API key, with the last use only where it is needed. */
export function selectApiKeyFactsToVerify(db: Kysely<Tables>, json: StoredJson): ApiKeyFactsToVerify {
  return db
    .selectFrom("api_keys as key")
    .innerJoin("organizations as org", "org.id", "key.organization_id")
    .select(API_KEY_FACTS)
    .select(lastUseIfLimited(sql.ref("key.id"), json).as("last_used_at"))
    .select(ORGANIZATION_COLUMNS);
}

type TokenFactsToVerify = SelectQueryBuilder<TokenHolderScope, "pat" | "mem" | "usr" | "org", TokenFactsRow>;

type ApiKeyFactsToVerify = SelectQueryBuilder<ApiKeyOrganizationScope, "key" | "org", ApiKeyFactsRow>;

export type Values = readonly unknown[];

export function toTokenRow(values: Values): TokenFactsRow {
  return {
    id: values[0],
    name: values[1],
    prefix: values[2],
    permissions: values[3],
    created_at: values[4],
    expires_at: values[5],
    revoked_at: values[6],
    revoked_reason: values[7],
    swept: values[8],
    last_used_at: values[9],
    membership_id: values[10],
    membership_role: values[11],
    membership_suspended_at: values[12],
    membership_ended_at: values[13],
    user_id: values[14],
    user_name: values[15],
    user_email: values[16],
    user_email_verified_at: values[17],
    user_suspended_at: values[18],
    user_deleted_at: values[19],
    organization_id: values[20],
    organization_name: values[21],
    organization_personal_of: values[22],
    organization_deleted_at: values[23],
    organization_policy: values[24],
  } as TokenFactsRow;
}

export const TOKEN_COLUMNS: readonly string[] = Object.keys(toTokenRow([]));

export function toApiKeyRow(values: Values): ApiKeyFactsRow {
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
  } as ApiKeyFactsRow;
}

export const API_KEY_COLUMNS: readonly string[] = Object.keys(toApiKeyRow([]));

/** Throws when a statement has other columns than these: every value would then be taken for another. */
export function expectColumns(given: readonly string[], expected: readonly string[]): void {
  if (given.join() !== expected.join()) throw new Error(`verification expects the columns ${expected.join()}`);
}
