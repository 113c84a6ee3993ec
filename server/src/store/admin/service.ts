// Services: the protected APIs that an instance admin registers, and the keys with which they verify credentials.
import type { ServiceId, ServiceKeyId, UserId } from "@mintmark/core";
import type { Kysely, SelectQueryBuilder } from "kysely";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { ServiceKeyRow, ServiceRow } from "./rows.ts";
import type { Tables, UserRow } from "../tables.ts";
import type { Hash, Page, PageRequest } from "../values.ts";

export interface ServiceKeyRecord {
  readonly id: ServiceKeyId;
  readonly prefix: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** Rounded to the minute. */
  readonly lastUsedAt: number | null;
}

export interface ServiceRecord {
  readonly id: ServiceId;
  readonly name: string;
  readonly createdAt: number;
  readonly createdBy: { readonly id: UserId; readonly name: string };
  readonly revokedAt: number | null;
  /** The keys that were not revoked, expired ones too, newest first. */
  readonly keys: readonly ServiceKeyRecord[];
  /** The latest use of any key that it ever had, rounded to the minute. */
  readonly lastUsedAt: number | null;
}

/** The service that a key belongs to, and what decides about the key. */
export interface ServiceOfKey {
  readonly id: ServiceId;
  readonly name: string;
  readonly key: Pick<ServiceKeyRecord, "id" | "expiresAt" | "lastUsedAt">;
}

export const serviceReads = { findServiceByHash, findService, listServices };

export const serviceWrites = {
  insertService,
  insertServiceKey,
  noteServiceUse,
  renameService,
  revokeExpiredServiceKeys,
  revokeService,
  revokeServiceKey,
};

/** The service of a key, of which neither was revoked; the key may have expired. Uses service_keys_hash. */
async function findServiceByHash({ db }: SqlContext, hash: Hash): Promise<ServiceOfKey | null> {
  const row = await db
    .selectFrom("service_keys as key")
    .innerJoin("services as svc", "svc.id", "key.service_id")
    .select(["svc.id", "svc.name", "key.id as key_id", "key.expires_at", "key.last_used_at"])
    .where("key.hash", "=", hash)
    .where("key.revoked_at", "is", null)
    .where("svc.revoked_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { id, name, key_id, expires_at, last_used_at } = row;
  return { id, name, key: { id: key_id, expiresAt: expires_at, lastUsedAt: last_used_at } };
}

/** Uses the primary key. */
async function findService({ db }: SqlContext, id: ServiceId): Promise<ServiceRecord | null> {
  const row = await selectServices(db).where("svc.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toService(row, await keysOf(db, [id]));
}

/** Includes revoked services. Reads in the order of services_newest. */
async function listServices({ db }: SqlContext, page: PageRequest): Promise<Page<ServiceRecord>> {
  const rows = await selectServices(db)
    .where(isBeyond(page.after, "svc.created_at", "svc.id"))
    .orderBy("svc.created_at", "desc")
    .orderBy("svc.id", "desc")
    .limit(rowsToRead(page))
    .execute();
  const keys = await keysOf(
    db,
    rows.map(({ id }) => id),
  );
  return pageOf(
    rows,
    page,
    (row) => toService(row, keys),
    (service) => ({ at: service.createdAt, id: service.id }),
  );
}

type Keys = ReadonlyMap<ServiceId, readonly ServiceKeyRow[]>;

/** The keys of these services that were not revoked, newest first: two at most. Uses service_keys_service. */
async function keysOf(db: Kysely<Tables>, ids: readonly ServiceId[]): Promise<Keys> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("service_keys")
    .selectAll()
    .where("service_id", "in", ids)
    .where("revoked_at", "is", null)
    .execute();
  const newestFirst = rows.sort((one, other) => other.created_at - one.created_at || (one.id < other.id ? 1 : -1));
  return Map.groupBy(newestFirst, (row) => row.service_id);
}

/** The hash and prefix of a new key, and when it ends. */
export interface NewServiceKey {
  readonly id: ServiceKeyId;
  readonly hash: Hash;
  readonly prefix: string;
  readonly createdAt: number;
  readonly createdBy: UserId;
  readonly expiresAt: number | null;
}

/** Inserts a service with its first key. Throws `Conflict("service_name")` when an active service has the name. */
async function insertService(
  context: SqlContext,
  service: { readonly id: ServiceId; readonly name: string; readonly key: NewServiceKey },
): Promise<void> {
  const { id, name, key } = service;
  await context.db
    .insertInto("services")
    .values({
      id,
      hash: key.hash,
      prefix: key.prefix,
      name,
      created_at: key.createdAt,
      created_by: key.createdBy,
      revoked_at: null,
      revoked_by: null,
      last_used_at: null,
    })
    .execute();
  await insertServiceKey(context, id, key);
}

/** Adds a key. On PostgreSQL a trigger has copied the first key of a service; this completes it. */
async function insertServiceKey({ db }: SqlContext, serviceId: ServiceId, key: NewServiceKey): Promise<void> {
  await db
    .insertInto("service_keys")
    .values({
      id: key.id,
      service_id: serviceId,
      hash: key.hash,
      prefix: key.prefix,
      created_at: key.createdAt,
      created_by: key.createdBy,
      expires_at: key.expiresAt,
      revoked_at: null,
      revoked_by: null,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.column("hash").doUpdateSet({ id: key.id, expires_at: key.expiresAt }))
    .execute();
}

/** Keeps a later use that is already recorded. */
async function noteServiceUse({ db }: SqlContext, id: ServiceKeyId, at: number): Promise<void> {
  await db
    .updateTable("service_keys")
    .set({ last_used_at: at })
    .where("id", "=", id)
    .where((row) => row.or([row("last_used_at", "is", null), row("last_used_at", "<", at)]))
    .execute();
}

/** Throws `Conflict("service_name")` when another active service has the name (services_name). */
async function renameService({ db }: SqlContext, id: ServiceId, name: string): Promise<void> {
  await db.updateTable("services").set({ name }).where("id", "=", id).where("revoked_at", "is", null).execute();
}

/** Returns `false` when the service is unknown or already revoked. Its keys end with it. */
async function revokeService({ db }: SqlContext, id: ServiceId, at: number, by: UserId): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("services")
    .set({ revoked_at: at, revoked_by: by })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/**
 * Returns when the key was revoked, and whether by this call; `null` when the service has no such key. `blank` is the hash
 * of nothing. It takes the place of the key's hash in the row of the service, by which replicas of the version before
 * find the service.
 */
async function revokeServiceKey(
  { db }: SqlContext,
  serviceId: ServiceId,
  id: ServiceKeyId,
  { at, by, blank }: { readonly at: number; readonly by: UserId; readonly blank: Hash },
): Promise<{ readonly at: number; readonly isFirst: boolean; readonly prefix: string } | null> {
  const key = await db
    .selectFrom("service_keys")
    .select(["hash", "prefix", "revoked_at"])
    .where("id", "=", id)
    .where("service_id", "=", serviceId)
    .executeTakeFirst();
  if (key === undefined) return null;
  if (key.revoked_at !== null) return { at: key.revoked_at, isFirst: false, prefix: key.prefix };
  await db.updateTable("service_keys").set({ revoked_at: at, revoked_by: by }).where("id", "=", id).execute();
  await db
    .updateTable("services")
    .set({ hash: blank })
    .where("id", "=", serviceId)
    .where("hash", "=", key.hash)
    .execute();
  return { at, isFirst: true, prefix: key.prefix };
}

/** Gives expired keys their tombstone, so that a service never has more than two without one. */
async function revokeExpiredServiceKeys(
  { db }: SqlContext,
  serviceId: ServiceId,
  { at, by }: { readonly at: number; readonly by: UserId },
): Promise<void> {
  await db
    .updateTable("service_keys")
    .set({ revoked_at: at, revoked_by: by })
    .where("service_id", "=", serviceId)
    .where("revoked_at", "is", null)
    .where("expires_at", "<=", at)
    .execute();
}

type ServiceRecordRow = Omit<ServiceRow, "hash" | "prefix" | "revoked_by"> & {
  creator_name: string;
  last_key_use: number | null;
};

type ServiceQuery = SelectQueryBuilder<
  Tables & { svc: ServiceRow; creator: UserRow },
  "svc" | "creator",
  ServiceRecordRow
>;

function selectServices(db: Kysely<Tables>): ServiceQuery {
  return db
    .selectFrom("services as svc")
    .innerJoin("users as creator", "creator.id", "svc.created_by")
    .select((row) => [
      "svc.id",
      "svc.name",
      "svc.created_at",
      "svc.created_by",
      "svc.revoked_at",
      "svc.last_used_at",
      "creator.name as creator_name",
      row
        .selectFrom("service_keys as key")
        .whereRef("key.service_id", "=", "svc.id")
        .select(({ fn }) => fn.max("key.last_used_at").as("last"))
        .as("last_key_use"),
    ]);
}

function toService(row: ServiceRecordRow, keys: Keys): ServiceRecord {
  const lastUsedAt = Math.max(row.last_used_at ?? 0, row.last_key_use ?? 0);
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    createdBy: { id: row.created_by, name: row.creator_name },
    revokedAt: row.revoked_at,
    keys: row.revoked_at === null ? (keys.get(row.id) ?? []).map(toServiceKey) : [],
    lastUsedAt: lastUsedAt === 0 ? null : lastUsedAt,
  };
}

function toServiceKey(row: ServiceKeyRow): ServiceKeyRecord {
  return {
    id: row.id,
    prefix: row.prefix,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
