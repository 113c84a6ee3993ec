// The facts that decide about a credential, in one statement for each kind. Verification, lists and the view of one
// credential share it. Each engine prepares the statement of verification by hash, and reads its rows as arrays in the
// order of the columns: the drivers make arrays in a fraction of the time of objects.
// Every user, organization and membership has a number that the engine gives, and a token's row holds those of its holder
// and `hash_key`, the first bytes of its hash. Only verification finds and joins by them: numbers compare faster than ids
// and keep the trees small. They are in no type of tables.ts, so that no other statement uses them by mistake.
import { DEFAULT_SOURCE } from "@mintmark/core";
import type { ApiKeyFacts, ApiKeyId, Facts, OrganizationId, TokenFacts, TokenId } from "@mintmark/core";
import { type Kysely, type Nullable, type RawBuilder, type SelectQueryBuilder, sql, type SqlBool } from "kysely";
import type { StoredJson } from "./context.ts";
import type {
  ApiKeyRow,
  CredentialUseRow,
  MembershipRow,
  OrganizationRow,
  RevocationColumns,
  Tables,
  TokenRow,
  UserRow,
} from "./tables.ts";
import type { ActorRef } from "./values.ts";

/** Facts for verification, or `null` when no credential has the hash. */
export type VerificationLookup = Facts | null;

/** A credential that ended by a sweeping revocation or by its expiry, for the audit event of each. */
export interface RevokedRef {
  readonly id: TokenId | ApiKeyId;
  readonly name: string;
  readonly prefix: string;
  readonly organizationId: OrganizationId;
}

/** The same rule as `hostIdOf`, in SQL. */
const HOST_IDS = {
  user: sql<string | null>`case when usr.external_source = ${sql.lit(DEFAULT_SOURCE)} then usr.external_id end`,
  organization: sql<string | null>`case when org.external_source = ${sql.lit(DEFAULT_SOURCE)} then org.external_id end`,
};

interface OrganizationColumns {
  organization_id: OrganizationRow["id"];
  organization_name: string;
  organization_personal_of: OrganizationRow["personal_of"];
  organization_deleted_at: number | null;
  organization_policy: string | null;
  organization_host_id: string | null;
}

export interface TokenFactsRow
  extends
    OrganizationColumns,
    Pick<RevocationColumns, "revoked_at" | "revoked_reason">,
    Pick<TokenRow, "id" | "name" | "prefix" | "permissions" | "created_at" | "expires_at"> {
  /** 1 when its generation has ended. */
  swept: number;
  last_used_at: number | null;
  membership_id: MembershipRow["id"];
  membership_role: string;
  membership_suspended_at: number | null;
  membership_ended_at: number | null;
  user_id: UserRow["id"];
  user_name: string;
  user_email: string;
  user_email_verified_at: number | null;
  user_suspended_at: number | null;
  user_deleted_at: number | null;
  user_host_id: string | null;
}

export interface ApiKeyFactsRow
  extends
    OrganizationColumns,
    Pick<RevocationColumns, "revoked_at" | "revoked_reason">,
    Pick<ApiKeyRow, "id" | "name" | "prefix" | "role" | "permissions" | "created_at" | "expires_at"> {
  last_used_at: number | null;
}

type TokenHolderScope = Tables & { pat: TokenRow; mem: MembershipRow; usr: UserRow; org: OrganizationRow };

export type TokenScope = TokenHolderScope & { uses: Nullable<CredentialUseRow> };

export type TokenFactsQuery = SelectQueryBuilder<TokenScope, "pat" | "mem" | "usr" | "org" | "uses", TokenFactsRow>;

const TOKEN_FACTS = [
  "pat.id",
  "pat.name",
  "pat.prefix",
  "pat.permissions",
  "pat.created_at",
  "pat.expires_at",
  "pat.revoked_at",
  "pat.revoked_reason",
] as const;

const IS_SWEPT = sql<number>`case when pat.generation < mem.token_generation then 1 else 0 end`;

const HOLDER_COLUMNS = [
  "mem.id as membership_id",
  "mem.role as membership_role",
  "mem.suspended_at as membership_suspended_at",
  "mem.ended_at as membership_ended_at",
  "usr.id as user_id",
  "usr.name as user_name",
  "usr.email as user_email",
  "usr.email_verified_at as user_email_verified_at",
  "usr.suspended_at as user_suspended_at",
  "usr.deleted_at as user_deleted_at",
  HOST_IDS.user.as("user_host_id"),
] as const;

const ORGANIZATION_COLUMNS = [
  "org.id as organization_id",
  "org.name as organization_name",
  "org.personal_of as organization_personal_of",
  "org.deleted_at as organization_deleted_at",
  "org.policy as organization_policy",
  HOST_IDS.organization.as("organization_host_id"),
] as const;

/** Every join is by id. */
export function selectTokenFacts(db: Kysely<Tables>): TokenFactsQuery {
  return joinHolder(db, BY_ID)
    .leftJoin("credential_uses as uses", "uses.credential_id", "pat.id")
    .select(TOKEN_FACTS)
    .select(IS_SWEPT.as("swept"))
    .select("uses.last_used_at")
    .select(HOLDER_COLUMNS)
    .select(ORGANIZATION_COLUMNS);
}

function joinHolder(
  db: Kysely<Tables>,
  by: HolderJoins,
): SelectQueryBuilder<TokenHolderScope, "pat" | "mem" | "usr" | "org", object> {
  return db
    .selectFrom("personal_access_tokens as pat")
    .innerJoin("memberships as mem", (join) => join.on(by.membership))
    .innerJoin("users as usr", (join) => join.on(by.user))
    .innerJoin("organizations as org", (join) => join.on(by.organization));
}

type ApiKeyOrganizationScope = Tables & { key: ApiKeyRow; org: OrganizationRow };

export type ApiKeyScope = ApiKeyOrganizationScope & { uses: Nullable<CredentialUseRow> };

export type ApiKeyFactsQuery = SelectQueryBuilder<ApiKeyScope, "key" | "org" | "uses", ApiKeyFactsRow>;

const API_KEY_FACTS = [
  "key.id",
  "key.name",
  "key.prefix",
  "key.role",
  "key.permissions",
  "key.created_at",
  "key.expires_at",
  "key.revoked_at",
  "key.revoked_reason",
] as const;

/** Every join is by primary key. */
export function selectApiKeyFacts(db: Kysely<Tables>): ApiKeyFactsQuery {
  return db
    .selectFrom("api_keys as key")
    .innerJoin("organizations as org", "org.id", "key.organization_id")
    .leftJoin("credential_uses as uses", "uses.credential_id", "key.id")
    .select(API_KEY_FACTS)
    .select("uses.last_used_at")
    .select(ORGANIZATION_COLUMNS);
}

export function toTokenFacts(row: TokenFactsRow, json: StoredJson): TokenFacts {
  return {
    kind: "pat",
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    permissions: json.permissionsOf(row.permissions),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    revokedReason: row.revoked_reason,
    isSwept: row.swept === 1,
    membership: {
      id: row.membership_id,
      role: row.membership_role,
      suspendedAt: row.membership_suspended_at,
      endedAt: row.membership_ended_at,
    },
    user: {
      id: row.user_id,
      name: row.user_name,
      email: row.user_email,
      emailVerifiedAt: row.user_email_verified_at,
      suspendedAt: row.user_suspended_at,
      externalId: row.user_host_id,
      deletedAt: row.user_deleted_at,
    },
    organization: toOrganizationFacts(row, json),
  };
}

export function toApiKeyFacts(row: ApiKeyFactsRow, json: StoredJson): ApiKeyFacts {
  return {
    kind: "api_key",
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: row.role,
    permissions: json.permissionsOf(row.permissions),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    revokedReason: row.revoked_reason,
    organization: toOrganizationFacts(row, json),
  };
}

function toOrganizationFacts(row: OrganizationColumns, json: StoredJson): TokenFacts["organization"] {
  return {
    id: row.organization_id,
    name: row.organization_name,
    personal: row.organization_personal_of !== null,
    externalId: row.organization_host_id,
    deletedAt: row.organization_deleted_at,
    policy: json.policyOf(row.organization_policy),
  };
}

/** How a token's row joins those of its holder. Only verification joins by number. */
export interface HolderJoins {
  readonly membership: RawBuilder<SqlBool>;
  readonly user: RawBuilder<SqlBool>;
  readonly organization: RawBuilder<SqlBool>;
}

export const BY_ID: HolderJoins = {
  membership: sql`mem.id = pat.membership_id`,
  user: sql`usr.id = pat.user_id`,
  organization: sql`org.id = pat.organization_id`,
};

const BY_NUMBER: HolderJoins = {
  membership: sql`mem.number = pat.membership_number`,
  user: sql`usr.number = pat.user_number`,
  organization: sql`org.number = pat.organization_number`,
};

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
    user_host_id: values[20],
    organization_id: values[21],
    organization_name: values[22],
    organization_personal_of: values[23],
    organization_deleted_at: values[24],
    organization_policy: values[25],
    organization_host_id: values[26],
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
    organization_host_id: values[15],
  } as ApiKeyFactsRow;
}

export const API_KEY_COLUMNS: readonly string[] = Object.keys(toApiKeyRow([]));

/** Throws when a statement has other columns than these: every value would then be taken for another. */
export function expectColumns(given: readonly string[], expected: readonly string[]): void {
  if (given.join() !== expected.join()) throw new Error(`verification expects the columns ${expected.join()}`);
}

export function toRevokedBy(row: Omit<RevocationColumns, "revoked_at" | "revoked_reason">): ActorRef | null {
  if (row.revoked_by_kind === null || row.revoked_by_id === null) return null;
  return { kind: row.revoked_by_kind, id: row.revoked_by_id, name: row.revoked_by_name ?? "" };
}
