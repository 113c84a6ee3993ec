// Services: the protected APIs that an instance admin registers.
import type { ServiceId, UserId } from "@mintmark/core";
import type { Kysely, SelectQueryBuilder } from "kysely";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { ServiceRow, Tables, UserRow } from "../tables.ts";
import type { Hash, Page, PageRequest } from "../values.ts";

export interface ServiceRecord {
  readonly id: ServiceId;
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: number;
  readonly createdBy: { readonly id: UserId; readonly name: string };
  readonly revokedAt: number | null;
  /** Rounded to the minute. */
  readonly lastUsedAt: number | null;
}

export const serviceReads = { findServiceByHash, findService, listServices };

export const serviceWrites = { insertService, noteServiceUse, renameService, revokeService };

/** A service that was not revoked. Uses services_hash. */
async function findServiceByHash({ db }: SqlContext, hash: Hash): Promise<ServiceRecord | null> {
  const row = await selectServices(db)
    .where("svc.hash", "=", hash)
    .where("svc.revoked_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : toService(row);
}

/** Uses the primary key. */
async function findService({ db }: SqlContext, id: ServiceId): Promise<ServiceRecord | null> {
  const row = await selectServices(db).where("svc.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toService(row);
}

/** Includes revoked services. Reads in the order of services_newest. */
async function listServices({ db }: SqlContext, page: PageRequest): Promise<Page<ServiceRecord>> {
  const rows = await selectServices(db)
    .where(isBeyond(page.after, "svc.created_at", "svc.id"))
    .orderBy("svc.created_at", "desc")
    .orderBy("svc.id", "desc")
    .limit(rowsToRead(page))
    .execute();
  return pageOf(rows, page, toService, (service) => ({ at: service.createdAt, id: service.id }));
}

/** Throws `Conflict("service_name")` when an active service has the name (services_name). */
async function insertService(
  { db }: SqlContext,
  service: {
    readonly id: ServiceId;
    readonly hash: Hash;
    readonly prefix: string;
    readonly name: string;
    readonly createdAt: number;
    readonly createdBy: UserId;
  },
): Promise<void> {
  await db
    .insertInto("services")
    .values({
      id: service.id,
      hash: service.hash,
      prefix: service.prefix,
      name: service.name,
      created_at: service.createdAt,
      created_by: service.createdBy,
      revoked_at: null,
      revoked_by: null,
      last_used_at: null,
    })
    .execute();
}

/** Keeps a later use that is already recorded. */
async function noteServiceUse({ db }: SqlContext, id: ServiceId, at: number): Promise<void> {
  await db
    .updateTable("services")
    .set({ last_used_at: at })
    .where("id", "=", id)
    .where((row) => row.or([row("last_used_at", "is", null), row("last_used_at", "<", at)]))
    .execute();
}

/** Throws `Conflict("service_name")` when another active service has the name (services_name). */
async function renameService({ db }: SqlContext, id: ServiceId, name: string): Promise<void> {
  await db.updateTable("services").set({ name }).where("id", "=", id).where("revoked_at", "is", null).execute();
}

/** Returns `false` when the service is unknown or already revoked. */
async function revokeService({ db }: SqlContext, id: ServiceId, at: number, by: UserId): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("services")
    .set({ revoked_at: at, revoked_by: by })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

type ServiceRecordRow = Omit<ServiceRow, "hash" | "revoked_by"> & { creator_name: string };

type ServiceQuery = SelectQueryBuilder<
  Tables & { svc: ServiceRow; creator: UserRow },
  "svc" | "creator",
  ServiceRecordRow
>;

function selectServices(db: Kysely<Tables>): ServiceQuery {
  return db
    .selectFrom("services as svc")
    .innerJoin("users as creator", "creator.id", "svc.created_by")
    .select([
      "svc.id",
      "svc.name",
      "svc.prefix",
      "svc.created_at",
      "svc.created_by",
      "svc.revoked_at",
      "svc.last_used_at",
      "creator.name as creator_name",
    ]);
}

function toService(row: ServiceRecordRow): ServiceRecord {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.created_at,
    createdBy: { id: row.created_by, name: row.creator_name },
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}
