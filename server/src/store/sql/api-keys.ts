import { type ApiKeyId, endOf, type OrganizationId, type UserId } from "@mintmark/core";
import type { Kysely, SelectQueryBuilder } from "kysely";
import type { ApiKeyRecord, NewApiKey, Revocation, RevokedRef } from "../credential-port.ts";
import type { Page, PageRequest } from "../page.ts";
import type { CredentialUseRow, RevocationColumns, Tables, UserRow } from "../tables.ts";
import type { SqlContext } from "./context.ts";
import { type ApiKeyFactsRow, type ApiKeyScope, selectApiKeyFacts, toApiKeyFacts } from "./credential-facts.ts";
import { isBeyond, pageOf, rowsToRead } from "./paging.ts";
import { tombstoneOf, toRevokedBy } from "./revocation.ts";
import type { StoredJson } from "./stored-json.ts";

/** By primary key. */
export async function findApiKey({ db, json }: SqlContext, id: ApiKeyId): Promise<ApiKeyRecord | null> {
  const row = await selectApiKeys(db).where("key.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toApiKey(row, json);
}

/** In the order of api_keys_organization. */
export async function listApiKeys(
  { db, json }: SqlContext,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<ApiKeyRecord>> {
  const rows = await selectApiKeys(db)
    .where("key.organization_id", "=", organizationId)
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

export async function insertApiKey({ db }: SqlContext, key: NewApiKey): Promise<void> {
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
      revoked_at: null,
      revoked_reason: null,
      revoked_by_kind: null,
      revoked_by_id: null,
      revoked_by_name: null,
    })
    .execute();
}

/** Locks the key row, then reads, in two statements for the reason given at `lockToken`. */
export async function lockApiKey(context: SqlContext, id: ApiKeyId): Promise<ApiKeyRecord | null> {
  if (context.locksRows) {
    await context.db.selectFrom("api_keys").select("id").where("id", "=", id).forNoKeyUpdate().execute();
  }
  return findApiKey(context, id);
}

export async function revokeApiKey({ db }: SqlContext, id: ApiKeyId, revocation: Revocation): Promise<void> {
  await db
    .updateTable("api_keys")
    .set(tombstoneOf(revocation))
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .execute();
}

/** By api_keys_live. The organization's row is locked by the caller, or it has ended: no two of these meet. */
export async function revokeApiKeysOfOrganization(
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

/** By api_keys_creator, locked in the order of their ids: the organizations of some are not locked by the caller. */
export async function revokeApiKeysCreatedBy(
  { db, locksRows }: SqlContext,
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

export interface ApiKeyRecordRow extends ApiKeyFactsRow, Omit<RevocationColumns, "revoked_at" | "revoked_reason"> {
  use_count: CredentialUseRow["use_count"] | null;
  last_used_ip: string | null;
  last_used_user_agent: string | null;
  creator_id: UserId;
  creator_name: string;
}

export type ApiKeyQuery = SelectQueryBuilder<
  ApiKeyScope & { creator: UserRow },
  "key" | "org" | "uses" | "creator",
  ApiKeyRecordRow
>;

/** Every join is by primary key. */
export function selectApiKeys(db: Kysely<Tables>): ApiKeyQuery {
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

/** One that has ended with its organization is shown so before its tombstone is written. */
export function toApiKey(row: ApiKeyRecordRow, json: StoredJson): ApiKeyRecord {
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
