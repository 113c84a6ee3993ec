// The rows of credential-facts.ts as verification reads them: arrays in the order of the statement's columns,
// which the drivers make in a fraction of the time of objects.
import type { ApiKeyFactsRow, TokenFactsRow } from "./credential-facts.ts";

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

/** Throws when a statement gives other columns than these: then every value would stand in another's place. */
export function expectColumns(given: readonly string[], expected: readonly string[]): void {
  if (given.join() !== expected.join()) throw new Error(`verification expects the columns ${expected.join()}`);
}
