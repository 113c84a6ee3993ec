// The facts a credential is judged by, in one statement for each kind: the same one for verification
// (each engine prepares it by hash), for lists and for a single credential.
import type { ApiKeyFacts, TokenFacts } from "@mintmark/core";
import { type Kysely, type Nullable, type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type {
  ApiKeyRow,
  CredentialUseRow,
  MembershipRow,
  OrganizationRow,
  RevocationColumns,
  Tables,
  TokenRow,
  UserRow,
} from "../tables.ts";
import { BY_ID, BY_NUMBER, type HolderJoins } from "./row-numbers.ts";
import type { StoredJson } from "./stored-json.ts";

interface OrganizationColumns {
  organization_id: OrganizationRow["id"];
  organization_name: string;
  organization_personal_of: OrganizationRow["personal_of"];
  organization_deleted_at: number | null;
  organization_policy: string | null;
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
}

export interface ApiKeyFactsRow
  extends
    OrganizationColumns,
    Pick<RevocationColumns, "revoked_at" | "revoked_reason">,
    Pick<ApiKeyRow, "id" | "name" | "prefix" | "role" | "permissions" | "created_at" | "expires_at"> {
  last_used_at: number | null;
}

type JudgedTokenScope = Tables & { pat: TokenRow; mem: MembershipRow; usr: UserRow; org: OrganizationRow };
export type TokenScope = JudgedTokenScope & { uses: Nullable<CredentialUseRow> };

export type TokenFactsQuery = SelectQueryBuilder<TokenScope, "pat" | "mem" | "usr" | "org" | "uses", TokenFactsRow>;
type JudgedTokenQuery = SelectQueryBuilder<JudgedTokenScope, "pat" | "mem" | "usr" | "org", TokenFactsRow>;

const TOKEN_COLUMNS = [
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
] as const;

const ORGANIZATION_COLUMNS = [
  "org.id as organization_id",
  "org.name as organization_name",
  "org.personal_of as organization_personal_of",
  "org.deleted_at as organization_deleted_at",
  "org.policy as organization_policy",
] as const;

/** Every join is by id. */
export function selectTokenFacts(db: Kysely<Tables>): TokenFactsQuery {
  return joinHolder(db, BY_ID)
    .leftJoin("credential_uses as uses", "uses.credential_id", "pat.id")
    .select(TOKEN_COLUMNS)
    .select(IS_SWEPT.as("swept"))
    .select("uses.last_used_at")
    .select(HOLDER_COLUMNS)
    .select(ORGANIZATION_COLUMNS);
}

/** The same for verification, which joins by number and reads the last use only where it is judged. */
export function selectJudgedTokenFacts(db: Kysely<Tables>, json: StoredJson): JudgedTokenQuery {
  return joinHolder(db, BY_NUMBER)
    .select(TOKEN_COLUMNS)
    .select(IS_SWEPT.as("swept"))
    .select(judgedLastUse(sql.ref("pat.id"), json).as("last_used_at"))
    .select(HOLDER_COLUMNS)
    .select(ORGANIZATION_COLUMNS);
}

function joinHolder(
  db: Kysely<Tables>,
  by: HolderJoins,
): SelectQueryBuilder<JudgedTokenScope, "pat" | "mem" | "usr" | "org", object> {
  return db
    .selectFrom("personal_access_tokens as pat")
    .innerJoin("memberships as mem", (join) => join.on(by.membership))
    .innerJoin("users as usr", (join) => join.on(by.user))
    .innerJoin("organizations as org", (join) => join.on(by.organization));
}

type JudgedApiKeyScope = Tables & { key: ApiKeyRow; org: OrganizationRow };
export type ApiKeyScope = JudgedApiKeyScope & { uses: Nullable<CredentialUseRow> };

export type ApiKeyFactsQuery = SelectQueryBuilder<ApiKeyScope, "key" | "org" | "uses", ApiKeyFactsRow>;
type JudgedApiKeyQuery = SelectQueryBuilder<JudgedApiKeyScope, "key" | "org", ApiKeyFactsRow>;

const API_KEY_COLUMNS = [
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
    .select(API_KEY_COLUMNS)
    .select("uses.last_used_at")
    .select(ORGANIZATION_COLUMNS);
}

/** The same for verification, which reads the last use only where it is judged. */
export function selectJudgedApiKeyFacts(db: Kysely<Tables>, json: StoredJson): JudgedApiKeyQuery {
  return db
    .selectFrom("api_keys as key")
    .innerJoin("organizations as org", "org.id", "key.organization_id")
    .select(API_KEY_COLUMNS)
    .select(judgedLastUse(sql.ref("key.id"), json).as("last_used_at"))
    .select(ORGANIZATION_COLUMNS);
}

/**
 * Only a limit on idle days judges the last use, and few organizations have one: for the others this saves a
 * fifth of the lookup. A policy that says it in other words than these is taken for one with a limit.
 */
function judgedLastUse(credentialId: RawBuilder<unknown>, json: StoredJson): RawBuilder<number | null> {
  const lastUse = sql`select last_used_at from credential_uses where credential_id = ${credentialId}`;
  const isUnlimited = sql`org.policy like ${sql.lit('%"idleDays":null%')}`;
  const isUnset = json.policyOf(null).idleDays === null ? sql`org.policy is null or ` : sql``;
  return sql<number | null>`case when ${isUnset}${isUnlimited} then null else (${lastUse}) end`;
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
    deletedAt: row.organization_deleted_at,
    policy: json.policyOf(row.organization_policy),
  };
}
