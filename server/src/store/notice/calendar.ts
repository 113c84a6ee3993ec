// Calendar feeds, and the credentials whose ends they show.
import type { ApiKeyId, CalendarFeedId, OrganizationId, TokenId, TokenPolicy, UserId } from "@mintmark/core";
import { type RawBuilder, sql, type SqlBool } from "kysely";
import { toUser, type UserRecord } from "../account/user.ts";
import type { SqlContext, StoredJson } from "../context.ts";
import type { CalendarFeedRow } from "./rows.ts";
import { HAS_NOT_ENDED } from "../token/ending.ts";
import type { Hash } from "../values.ts";

export interface CalendarFeedRecord {
  readonly id: CalendarFeedId;
  readonly userId: UserId;
  readonly createdAt: number;
  readonly lastReadAt: number | null;
}

/** A credential that may have an end to show in a calendar. */
export interface EndingCredential {
  readonly id: TokenId | ApiKeyId;
  readonly name: string;
  readonly organizationName: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  /** The policy of its organization. */
  readonly policy: TokenPolicy;
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
 * A feed that was not revoked, with its user in any state, and what it last said of each credential. Uses calendar_feeds_hash, then the primary key of the user.
 */
async function findCalendarFeedByHash(
  { db }: SqlContext,
  hash: Hash,
): Promise<{ readonly feed: CalendarFeedRecord; readonly user: UserRecord; readonly entries: string } | null> {
  const row = await db
    .selectFrom("calendar_feeds")
    .selectAll()
    .where("hash", "=", hash)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const user = await db.selectFrom("users").selectAll().where("id", "=", row.user_id).executeTakeFirstOrThrow();
  return { feed: toFeed(row), user: toUser(user), entries: row.entries };
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
      entries: "{}",
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

/** Records a reading, and what the feed said of each credential (JSON), if that has changed. Uses the primary key. */
async function touchCalendarFeed(
  { db }: SqlContext,
  id: CalendarFeedId,
  at: number,
  entries: string | null = null,
): Promise<void> {
  await db
    .updateTable("calendar_feeds")
    .set({ last_read_at: at, ...(entries === null ? {} : { entries }) })
    .where("id", "=", id)
    .execute();
}

/**
 * The user's active tokens without a replacement that works, the next to expire first and those without an expiry last.
 * The policy may end them earlier. Uses personal_access_tokens_live_user, personal_access_tokens_replaces, and primary
 * keys for the membership, user, organization and use of each.
 */
async function listEndsOfTokens(
  { db, json }: SqlContext,
  userId: UserId,
  now: number,
  limit: number,
): Promise<readonly EndingCredential[]> {
  const isReplaced = sql<SqlBool>`exists (select 1 from personal_access_tokens as successor
    where successor.replaces = pat.id and successor.revoked_at is null
      and (successor.expires_at is null or successor.expires_at > ${now}))`;
  const rows = await db
    .selectFrom("personal_access_tokens as pat")
    .innerJoin("organizations as org", "org.id", "pat.organization_id")
    .leftJoin("credential_uses as uses", "uses.credential_id", "pat.id")
    .select(["pat.id", "pat.name", "pat.created_at", "pat.expires_at", "uses.last_used_at"])
    .select(["org.name as organization_name", "org.policy"])
    .where("pat.user_id", "=", userId)
    .where("pat.revoked_at", "is", null)
    .where(HAS_NOT_ENDED)
    .where(isUnexpired(now))
    .where(sql<SqlBool>`not ${isReplaced}`)
    .orderBy("pat.expires_order")
    .orderBy("pat.id")
    .limit(limit)
    .execute();
  return rows.map((row) => toEnding(row, json));
}

/**
 * The organizations' active keys, the next to expire first and those without an expiry last. Uses api_keys_live, and
 * primary keys for the organization and use of each.
 */
async function listEndsOfApiKeys(
  { db, json }: SqlContext,
  organizationIds: readonly OrganizationId[],
  now: number,
  limit: number,
): Promise<readonly EndingCredential[]> {
  if (organizationIds.length === 0) return [];
  const rows = await db
    .selectFrom("api_keys as key")
    .innerJoin("organizations as org", "org.id", "key.organization_id")
    .leftJoin("credential_uses as uses", "uses.credential_id", "key.id")
    .select(["key.id", "key.name", "key.created_at", "key.expires_at", "uses.last_used_at"])
    .select(["org.name as organization_name", "org.policy"])
    .where("key.organization_id", "in", organizationIds)
    .where("key.revoked_at", "is", null)
    .where(isUnexpired(now))
    .orderBy(sql`coalesce(key.expires_at, 999999999999999)`)
    .orderBy("key.id")
    .limit(limit)
    .execute();
  return rows.map((row) => toEnding(row, json));
}

function isUnexpired(now: number): RawBuilder<SqlBool> {
  return sql<SqlBool>`(expires_at is null or expires_at > ${now})`;
}

function toEnding(
  row: {
    readonly id: EndingCredential["id"];
    readonly name: string;
    readonly created_at: number;
    readonly expires_at: number | null;
    readonly last_used_at: number | null;
    readonly organization_name: string;
    readonly policy: string | null;
  },
  json: StoredJson,
): EndingCredential {
  return {
    id: row.id,
    name: row.name,
    organizationName: row.organization_name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    policy: json.policyOf(row.policy),
  };
}

function toFeed(row: CalendarFeedRow): CalendarFeedRecord {
  return { id: row.id, userId: row.user_id, createdAt: row.created_at, lastReadAt: row.last_read_at };
}
