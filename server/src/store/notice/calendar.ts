// Calendar feeds, and the expiries that they list.
import type { ApiKeyId, CalendarFeedId, OrganizationId, TokenId, UserId } from "@mintmark/core";
import { toUser, type UserRecord } from "../account/user.ts";
import type { SqlContext } from "../context.ts";
import type { CalendarFeedRow } from "../tables.ts";
import { HAS_NOT_ENDED } from "../token/ending.ts";
import type { Hash } from "../values.ts";

export interface CalendarFeedRecord {
  readonly id: CalendarFeedId;
  readonly userId: UserId;
  readonly createdAt: number;
  readonly lastReadAt: number | null;
}

/** The fields of a credential that a calendar shows. */
export interface CalendarEntry {
  readonly id: TokenId | ApiKeyId;
  readonly name: string;
  readonly organizationName: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export const calendarReads = { findCalendarFeed, findCalendarFeedByHash, listEndsOfTokens, listEndsOfApiKeys };

export const calendarWrites = { insertCalendarFeed, revokeCalendarFeed, touchCalendarFeed };

/** The user's feed that was not revoked. Uses calendar_feeds_live. */
async function findCalendarFeed({ db }: SqlContext, userId: UserId): Promise<CalendarFeedRecord | null> {
  const row = await db
    .selectFrom("calendar_feeds")
    .selectAll()
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : toFeed(row);
}

/**
 * A feed that was not revoked, with its user in any state. Uses calendar_feeds_hash, then the primary key of the user.
 */
async function findCalendarFeedByHash(
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

/** The user must have no other feed that was not revoked. */
async function insertCalendarFeed(
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

/** Returns the id of the revoked feed; `null` when there was none. Uses calendar_feeds_live. */
async function revokeCalendarFeed({ db }: SqlContext, userId: UserId, at: number): Promise<CalendarFeedId | null> {
  const row = await db
    .updateTable("calendar_feeds")
    .set({ revoked_at: at })
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Uses the primary key. */
async function touchCalendarFeed({ db }: SqlContext, id: CalendarFeedId, at: number): Promise<void> {
  await db.updateTable("calendar_feeds").set({ last_read_at: at }).where("id", "=", id).execute();
}

/**
 * The user's active tokens that expire after `now`, the next to expire first. Uses personal_access_tokens_live_user,
 * and primary keys for the membership, user and organization of each.
 */
async function listEndsOfTokens(
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
    .where(HAS_NOT_ENDED)
    .where("pat.expires_at", ">", now)
    .orderBy("pat.expires_at")
    .orderBy("pat.id")
    .limit(limit)
    .execute();
  return rows.map(toEntry);
}

/**
 * The organizations' active keys that expire after `now`, the next to expire first. Uses api_keys_organization, and the
 * primary key of the organization.
 */
async function listEndsOfApiKeys(
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
