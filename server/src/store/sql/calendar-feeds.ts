import type { CalendarFeedId, OrganizationId, UserId } from "@mintmark/core";
import type { Hash } from "../credential-port.ts";
import type { CalendarEntry, CalendarFeedRecord } from "../notice-port.ts";
import type { CalendarFeedRow } from "../notice-tables.ts";
import type { UserRecord } from "../account-port.ts";
import type { SqlContext } from "./context.ts";
import { LIVES_ON } from "./follow-ups.ts";
import { toUser } from "./users.ts";

/** By calendar_feeds_live. */
export async function findCalendarFeed({ db }: SqlContext, userId: UserId): Promise<CalendarFeedRecord | null> {
  const row = await db
    .selectFrom("calendar_feeds")
    .selectAll()
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : toFeed(row);
}

/** By calendar_feeds_hash, then the user by primary key. */
export async function findCalendarFeedByHash(
  { db }: SqlContext,
  hash: Hash,
): Promise<{ readonly feed: CalendarFeedRecord; readonly user: UserRecord } | null> {
  const row = await db
    .selectFrom("calendar_feeds")
    .selectAll()
    .where("hash", "=", hash)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const user = await db.selectFrom("users").selectAll().where("id", "=", row.user_id).executeTakeFirstOrThrow();
  return { feed: toFeed(row), user: toUser(user) };
}

export async function insertCalendarFeed(
  { db }: SqlContext,
  feed: {
    readonly id: CalendarFeedId;
    readonly userId: UserId;
    readonly hash: Hash;
    readonly createdAt: number;
  },
): Promise<void> {
  await db
    .insertInto("calendar_feeds")
    .values({
      id: feed.id,
      user_id: feed.userId,
      hash: feed.hash,
      created_at: feed.createdAt,
      last_read_at: null,
      revoked_at: null,
    })
    .execute();
}

/** By calendar_feeds_live. */
export async function revokeCalendarFeed(
  { db }: SqlContext,
  userId: UserId,
  at: number,
): Promise<CalendarFeedId | null> {
  const row = await db
    .updateTable("calendar_feeds")
    .set({ revoked_at: at })
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return row?.id ?? null;
}

/** By primary key. */
export async function touchCalendarFeed({ db }: SqlContext, id: CalendarFeedId, at: number): Promise<void> {
  await db.updateTable("calendar_feeds").set({ last_read_at: at }).where("id", "=", id).execute();
}

/** By personal_access_tokens_live_user; what each hangs from by primary key. */
export async function listEndsOfTokens(
  { db }: SqlContext,
  userId: UserId,
  now: number,
  limit: number,
): Promise<readonly CalendarEntry[]> {
  const rows = await db
    .selectFrom("personal_access_tokens as pat")
    .innerJoin("organizations as org", "org.id", "pat.organization_id")
    .select(["pat.id", "pat.name", "pat.created_at", "pat.expires_at", "org.name as organization_name"])
    .where("pat.user_id", "=", userId)
    .where("pat.revoked_at", "is", null)
    .where(LIVES_ON)
    .where("pat.expires_at", ">", now)
    .orderBy("pat.expires_at")
    .orderBy("pat.id")
    .limit(limit)
    .execute();
  return rows.map(toEntry);
}

/** By api_keys_organization; the organization by primary key. */
export async function listEndsOfApiKeys(
  { db }: SqlContext,
  organizationIds: readonly OrganizationId[],
  now: number,
  limit: number,
): Promise<readonly CalendarEntry[]> {
  if (organizationIds.length === 0) return [];
  const rows = await db
    .selectFrom("api_keys as key")
    .innerJoin("organizations as org", "org.id", "key.organization_id")
    .select(["key.id", "key.name", "key.created_at", "key.expires_at", "org.name as organization_name"])
    .where("key.organization_id", "in", organizationIds)
    .where("key.revoked_at", "is", null)
    .where("key.expires_at", ">", now)
    .orderBy("key.expires_at")
    .orderBy("key.id")
    .limit(limit)
    .execute();
  return rows.map(toEntry);
}

function toEntry(row: {
  readonly id: CalendarEntry["id"];
  readonly name: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly organization_name: string;
}): CalendarEntry {
  return {
    id: row.id,
    name: row.name,
    organizationName: row.organization_name,
    createdAt: row.created_at,
    expiresAt: row.expires_at as number,
  };
}

function toFeed(row: CalendarFeedRow): CalendarFeedRecord {
  return { id: row.id, userId: row.user_id, createdAt: row.created_at, lastReadAt: row.last_read_at };
}
