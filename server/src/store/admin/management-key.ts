// Management keys: the credentials of the host. Their row holds scopes and networks as JSON arrays.
import type { ManagementKeyEnd, ManagementKeyId, ManagementScope } from "@mintmark/core";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { ManagementKeyRow } from "./rows.ts";
import type { ActorRef, Hash, Page, PageRequest } from "../values.ts";

export interface ManagementKeyRecord {
  readonly id: ManagementKeyId;
  readonly name: string;
  readonly prefix: string;
  /** The namespace of the key's external ids. */
  readonly source: string;
  readonly scopes: readonly ManagementScope[];
  /** The key is refused from elsewhere. Empty: it is accepted from any network. */
  readonly networks: readonly string[];
  /** Whether the configuration declares the key, or declared it once. */
  readonly isDeclared: boolean;
  readonly createdAt: number;
  readonly createdBy: ActorRef;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly revokedReason: ManagementKeyEnd | null;
  /** Rounded to the minute. */
  readonly lastUsedAt: number | null;
  readonly lastUsedIp: string | null;
}

export const managementKeyReads = {
  countActiveManagementKeys,
  findManagementKey,
  findManagementKeyByHash,
  listManagementKeys,
  listDeclaredManagementKeys,
};

export const managementKeyWrites = {
  insertManagementKey,
  noteManagementKeyUse,
  renameManagementKey,
  reviveManagementKey,
  revokeManagementKey,
};

/** Includes revoked and expired keys, so that a refusal can say so. Uses management_keys_hash. */
async function findManagementKeyByHash({ db }: SqlContext, hash: Hash): Promise<ManagementKeyRecord | null> {
  const row = await db.selectFrom("management_keys").selectAll().where("hash", "=", hash).executeTakeFirst();
  return row === undefined ? null : toManagementKey(row);
}

/** Uses the primary key. */
async function findManagementKey({ db }: SqlContext, id: ManagementKeyId): Promise<ManagementKeyRecord | null> {
  const row = await db.selectFrom("management_keys").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : toManagementKey(row);
}

/** Includes revoked and expired keys. Reads in the order of management_keys_newest. */
async function listManagementKeys({ db }: SqlContext, page: PageRequest): Promise<Page<ManagementKeyRecord>> {
  const rows = await db
    .selectFrom("management_keys")
    .selectAll()
    .where(isBeyond(page.after, "created_at", "id"))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(rowsToRead(page))
    .execute();
  return pageOf(rows, page, toManagementKey, (key) => ({ at: key.createdAt, id: key.id }));
}

/** The keys that were declared and not revoked, oldest first. Uses management_keys_active, which is small. */
async function listDeclaredManagementKeys({ db }: SqlContext): Promise<readonly ManagementKeyRecord[]> {
  const rows = await db
    .selectFrom("management_keys")
    .selectAll()
    .where("declared_at", "is not", null)
    .where("revoked_at", "is", null)
    .orderBy("created_at")
    .execute();
  return rows.map(toManagementKey);
}

/** How many keys of the source are neither revoked nor expired. Lock the instance before. Uses management_keys_active. */
async function countActiveManagementKeys({ db }: SqlContext, source: string, now: number): Promise<number> {
  const { count } = await db
    .selectFrom("management_keys")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("source", "=", source)
    .where("revoked_at", "is", null)
    .where((row) => row.or([row("expires_at", "is", null), row("expires_at", ">", now)]))
    .executeTakeFirstOrThrow();
  return count;
}

export interface NewManagementKey extends Pick<
  ManagementKeyRecord,
  "id" | "name" | "prefix" | "source" | "scopes" | "networks" | "isDeclared" | "createdAt" | "createdBy" | "expiresAt"
> {
  readonly hash: Hash;
}

async function insertManagementKey({ db }: SqlContext, key: NewManagementKey): Promise<void> {
  await db
    .insertInto("management_keys")
    .values({
      id: key.id,
      hash: key.hash,
      prefix: key.prefix,
      name: key.name,
      source: key.source,
      scopes: JSON.stringify(key.scopes),
      networks: JSON.stringify(key.networks),
      declared_at: key.isDeclared ? key.createdAt : null,
      created_at: key.createdAt,
      created_by_kind: key.createdBy.kind,
      created_by_id: key.createdBy.id,
      created_by_name: key.createdBy.name,
      expires_at: key.expiresAt,
      revoked_at: null,
      revoked_reason: null,
      revoked_by_kind: null,
      revoked_by_id: null,
      revoked_by_name: null,
      last_used_at: null,
      last_used_ip: null,
    })
    .execute();
}

/** Keeps a later use that is already recorded. */
async function noteManagementKeyUse(
  { db }: SqlContext,
  id: ManagementKeyId,
  use: { readonly at: number; readonly ip: string | null },
): Promise<void> {
  await db
    .updateTable("management_keys")
    .set({ last_used_at: use.at, last_used_ip: use.ip })
    .where("id", "=", id)
    .where((row) => row.or([row("last_used_at", "is", null), row("last_used_at", "<", use.at)]))
    .execute();
}

async function renameManagementKey({ db }: SqlContext, id: ManagementKeyId, name: string): Promise<void> {
  await db.updateTable("management_keys").set({ name }).where("id", "=", id).where("revoked_at", "is", null).execute();
}

/**
 * Returns `false` when the key is unknown or already revoked. Any other reason replaces `undeclared`, so that the key never
 * comes back.
 */
async function revokeManagementKey(
  { db }: SqlContext,
  id: ManagementKeyId,
  revocation: { readonly at: number; readonly by: ActorRef; readonly reason: ManagementKeyEnd },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("management_keys")
    .set({
      revoked_at: revocation.at,
      revoked_reason: revocation.reason,
      revoked_by_kind: revocation.by.kind,
      revoked_by_id: revocation.by.id,
      revoked_by_name: revocation.by.name,
    })
    .where("id", "=", id)
    .where((row) =>
      revocation.reason === "undeclared"
        ? row("revoked_at", "is", null)
        : row.or([row("revoked_at", "is", null), row("revoked_reason", "=", "undeclared")]),
    )
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/**
 * Makes a key active again that ended because it was no longer declared. Returns `false` for any other key: one that a
 * person or a leak ended never comes back.
 */
async function reviveManagementKey({ db }: SqlContext, id: ManagementKeyId): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("management_keys")
    .set({
      revoked_at: null,
      revoked_reason: null,
      revoked_by_kind: null,
      revoked_by_id: null,
      revoked_by_name: null,
    })
    .where("id", "=", id)
    .where("revoked_reason", "=", "undeclared")
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

function toManagementKey(row: ManagementKeyRow): ManagementKeyRecord {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    source: row.source,
    scopes: JSON.parse(row.scopes),
    networks: JSON.parse(row.networks),
    isDeclared: row.declared_at !== null,
    createdAt: row.created_at,
    createdBy: { kind: row.created_by_kind, id: row.created_by_id, name: row.created_by_name },
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    revokedReason: row.revoked_reason,
    lastUsedAt: row.last_used_at,
    lastUsedIp: row.last_used_ip,
  };
}
