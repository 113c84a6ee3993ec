// API keys of organizations.
import { type ApiKeyFacts, type ApiKeyId, endOf, type OrganizationId, type UserId } from "@mintmark/core";
import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import {
  isBeyond,
  jsonTexts,
  pageOf,
  rowsToRead,
  type SqlContext,
  type StoredJson,
  type Revocation,
  tombstoneOf,
} from "./context.ts";
import type { CredentialUseRow, RevocationColumns, Tables, UserRow } from "./tables.ts";
import type { Usage } from "./token/token.ts";
import type { ActorRef, Counted, Hash, Page, PageRequest } from "./values.ts";
import {
  type ApiKeyFactsRow,
  type ApiKeyScope,
  type RevokedRef,
  selectApiKeyFacts,
  toApiKeyFacts,
  toRevokedBy,
} from "./verification.ts";

export interface ApiKeyRecord extends ApiKeyFacts, Usage {
  readonly revokedBy: ActorRef | null;
  readonly createdBy: { readonly id: UserId; readonly name: string };
}

export interface NewApiKey {
  readonly id: ApiKeyId;
  readonly hash: Hash;
  readonly prefix: string;
  readonly name: string;
  readonly organizationId: OrganizationId;
  readonly role: string;
  readonly permissions: readonly string[] | null;
  readonly createdBy: UserId;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** When to look first whether its end must be announced. If absent, never. */
  readonly expiryNoticeAt?: number | null;
}

export const apiKeyReads = {
  findApiKey,
  listApiKeys,
  listApiKeysById,
  listUnrevokedApiKeys,
  listLiveApiKeys,
  selectApiKeys,
};

export const apiKeyWrites = {
  insertApiKey,
  lockApiKey,
  revokeApiKey,
  revokeApiKeysOfOrganization,
  revokeApiKeysCreatedBy,
};

/** Uses the primary key. */
async function findApiKey({ db, json }: SqlContext, id: ApiKeyId): Promise<ApiKeyRecord | null> {
  const row = await queryApiKeys(db).where("key.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toApiKey(row, json);
}

/** Reads in the order of api_keys_organization. */
async function listApiKeys(
  context: SqlContext,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<ApiKeyRecord>> {
  return newestOf(context, queryApiKeys(context.db).where("key.organization_id", "=", organizationId), page);
}

async function newestOf(
  { json }: SqlContext,
  keys: ReturnType<typeof queryApiKeys>,
  page: PageRequest,
): Promise<Page<ApiKeyRecord>> {
  const rows = await keys
    .where(isBeyond(page.after, "key.created_at", "key.id"))
    .orderBy("key.created_at", "desc")
    .orderBy("key.id", "desc")
    .limit(rowsToRead(page))
    .execute();
  return pageOf(
    rows,
    page,
    (row) => toApiKey(row, json),
    (key) => ({ at: key.createdAt, id: key.id }),
  );
}

/** The keys with these ids, in no order; unknown ids are left out. Uses the primary key. */
async function listApiKeysById({ db, json }: SqlContext, ids: readonly ApiKeyId[]): Promise<readonly ApiKeyRecord[]> {
  const rows = await queryApiKeys(db)
    .where("key.id", "in", sql<ApiKeyId>`(${jsonTexts(ids)})`)
    .execute();
  return rows.map((row) => toApiKey(row, json));
}

/** The organization's keys that are not revoked, newest first. Reads in the order of api_keys_live. */
async function listUnrevokedApiKeys(
  context: SqlContext,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<ApiKeyRecord>> {
  const live = queryApiKeys(context.db)
    .where("key.organization_id", "=", organizationId)
    .where("key.revoked_at", "is", null);
  return newestOf(context, live, page);
}

async function insertApiKey({ db }: SqlContext, key: NewApiKey): Promise<void> {
  await db
    .insertInto("api_keys")
    .values({
      id: key.id,
      hash: key.hash,
      prefix: key.prefix,
      name: key.name,
      organization_id: key.organizationId,
      role: key.role,
      permissions: key.permissions === null ? null : JSON.stringify(key.permissions),
      created_by: key.createdBy,
      created_at: key.createdAt,
      expires_at: key.expiresAt,
      expiry_noted_at: null,
      expiry_notice_at: key.expiryNoticeAt ?? null,
      revoked_at: null,
      revoked_reason: null,
      revoked_by_kind: null,
      revoked_by_id: null,
      revoked_by_name: null,
    })
    .execute();
}

/** Locks the row of the key, then reads, in two statements for the reason given at `lockToken`. */
async function lockApiKey(context: SqlContext, id: ApiKeyId): Promise<ApiKeyRecord | null> {
  if (context.locksRows) {
    await context.db.selectFrom("api_keys").select("id").where("id", "=", id).forNoKeyUpdate().execute();
  }
  return findApiKey(context, id);
}

async function revokeApiKey({ db, change }: SqlContext, id: ApiKeyId, revocation: Revocation): Promise<void> {
  change.touch("api_key", id);
  await db
    .updateTable("api_keys")
    .set(tombstoneOf(revocation))
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .execute();
}

/**
 * Revokes up to `limit` of the organization's keys that are not revoked yet, and returns them. Uses api_keys_live. The
 * organization has ended, so no two of these calls meet and the keys have no authority left.
 */
async function revokeApiKeysOfOrganization(
  { db }: SqlContext,
  id: OrganizationId,
  revocation: Revocation,
  limit: number,
): Promise<readonly RevokedRef[]> {
  const unrevoked = db
    .selectFrom("api_keys")
    .select("id")
    .where("organization_id", "=", id)
    .where("revoked_at", "is", null)
    .limit(limit);
  const rows = await db
    .updateTable("api_keys")
    .set(tombstoneOf(revocation))
    .where("id", "in", unrevoked)
    .where("revoked_at", "is", null)
    .returning(["id", "name", "prefix", "organization_id"])
    .execute();
  return rows.map((row) => ({ id: row.id, name: row.name, prefix: row.prefix, organizationId: row.organization_id }));
}

/**
 * Revokes the user's keys in every organization, including those that the user has left. Uses api_keys_creator. Locks
 * the keys in the order of their ids, because the caller does not hold the locks of all the organizations.
 */
async function revokeApiKeysCreatedBy(
  { db, locksRows, change }: SqlContext,
  id: UserId,
  revocation: Revocation,
): Promise<readonly RevokedRef[]> {
  const live = await db
    .selectFrom("api_keys")
    .select(["id", "name", "prefix", "organization_id"])
    .where("created_by", "=", id)
    .where("revoked_at", "is", null)
    .orderBy("id")
    .$if(locksRows, (query) => query.forNoKeyUpdate())
    .execute();
  for (const key of live) change.touch("api_key", key.id);
  if (live.length > 0) {
    await db
      .updateTable("api_keys")
      .set(tombstoneOf(revocation))
      .where("created_by", "=", id)
      .where("revoked_at", "is", null)
      .execute();
  }
  return live.map((row) => ({ id: row.id, name: row.name, prefix: row.prefix, organizationId: row.organization_id }));
}

interface ApiKeyRecordRow extends ApiKeyFactsRow, Omit<RevocationColumns, "revoked_at" | "revoked_reason"> {
  use_count: CredentialUseRow["use_count"] | null;
  last_used_ip: string | null;
  last_used_user_agent: string | null;
  creator_id: UserId;
  creator_name: string;
}

type ApiKeyQuery = SelectQueryBuilder<
  ApiKeyScope & { creator: UserRow },
  "key" | "org" | "uses" | "creator",
  ApiKeyRecordRow
>;

/** Every join is by primary key. */
function queryApiKeys(db: Kysely<Tables>): ApiKeyQuery {
  return selectApiKeyFacts(db)
    .innerJoin("users as creator", "creator.id", "key.created_by")
    .select([
      "key.revoked_by_kind",
      "key.revoked_by_id",
      "key.revoked_by_name",
      "uses.use_count",
      "uses.last_used_ip",
      "uses.last_used_user_agent",
      "creator.id as creator_id",
      "creator.name as creator_name",
    ]);
}

/** A key that ended with its organization is shown as ended before it has a tombstone. */
function toApiKey(row: ApiKeyRecordRow, json: StoredJson): ApiKeyRecord {
  const facts = toApiKeyFacts(row, json);
  const end = row.revoked_at === null ? endOf(facts) : null;
  return {
    ...facts,
    ...(end === null ? {} : { revokedAt: end.at, revokedReason: end.reason }),
    revokedBy: toRevokedBy(row),
    createdBy: { id: row.creator_id, name: row.creator_name },
    lastUsedIp: row.last_used_ip,
    lastUsedUserAgent: row.last_used_user_agent,
    useCount: row.use_count ?? 0,
  };
}

/**
 * The organization's API keys that are neither revoked nor expired: first those that this user created, then newest
 * first. Uses api_keys_live and sorts: an organization has far fewer keys than tokens.
 */
async function listLiveApiKeys(
  { db, json }: SqlContext,
  organizationId: OrganizationId,
  creator: UserId,
  now: number,
  limit: number,
): Promise<Counted<ApiKeyRecord> & { readonly countOfCreator: number }> {
  const isCreators = sql<number>`case when key.created_by = ${creator} then 1 else 0 end`;
  const isUnexpired = sql<boolean>`(key.expires_at is null or key.expires_at > ${now})`;
  const rows = await queryApiKeys(db)
    .where("key.organization_id", "=", organizationId)
    .where("key.revoked_at", "is", null)
    .where(isUnexpired)
    .orderBy(isCreators, "desc")
    .orderBy("key.created_at", "desc")
    .orderBy("key.id", "desc")
    .limit(limit)
    .execute();
  const counts = await db
    .selectFrom("api_keys as key")
    .select([sql<number>`count(*)`.as("count"), sql<number | null>`sum(${isCreators})`.as("of_creator")])
    .where("key.organization_id", "=", organizationId)
    .where("key.revoked_at", "is", null)
    .where(isUnexpired)
    .executeTakeFirstOrThrow();
  return {
    items: rows.map((row) => toApiKey(row, json)),
    count: counts.count,
    countOfCreator: counts.of_creator ?? 0,
  };
}

/** Returns those of the ids that are API keys of the organization. Uses the primary key. */
async function selectApiKeys(
  { db }: SqlContext,
  ids: readonly string[],
  organizationId: OrganizationId,
): Promise<readonly ApiKeyId[]> {
  const rows = await db
    .selectFrom("api_keys")
    .select("id")
    .where("id", "in", sql<ApiKeyId>`(${jsonTexts(ids)})`)
    .where("organization_id", "=", organizationId)
    .execute();
  return rows.map((row) => row.id);
}
