// Notices: what people are notified of, and which kinds of it they want by email.
import type {
  ApiKeyId,
  EndCause,
  NoticeId,
  NoticeKind,
  OrganizationId,
  RevokedReason,
  TokenId,
  UserId,
} from "@mintmark/core";
import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { nextTurn } from "../../bounded.ts";
import { isBeyond, jsonTexts, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { OrganizationRow, Tables } from "../tables.ts";
import type { NoticeRow } from "./rows.ts";
import type { ActorRef, Hash, Page, PageRequest } from "../values.ts";

/** The content of a notice, from an allow-list: never a secret, never a hash. Each kind has its own fields of these. */
interface NoticeDetails {
  /** The actor; absent where there is none. */
  readonly by?: ActorRef;
  /** When the token ends; `null`: never. */
  readonly expiresAt?: number | null;
  /** The cause of that end. */
  readonly because?: EndCause;
  readonly daysLeft?: number;
  /** The address that a token was minted or used from. */
  readonly ip?: string | null;
  readonly network?: string;
  readonly userAgent?: string | null;
  /** Why tokens were revoked. */
  readonly reason?: RevokedReason;
  /** The first of the tokens concerned; `tokenCount` counts all. */
  readonly tokens?: readonly { readonly id: TokenId; readonly name: string }[];
  readonly tokenCount?: number;
  /** The number of these tokens that a policy refuses now, and the number that lost permissions by it. */
  readonly stopped?: number;
  readonly narrowed?: number;
  /** Whether the recipient's role may no longer mint. */
  readonly cannotMint?: boolean;
  /** The role of a person who joined, and the domain by which they did; `null`: by an invitation. */
  readonly role?: string;
  readonly domain?: string | null;
  /** The webhook that was turned off, and whether its receiver is gone or was not reached for days. */
  readonly webhook?: { readonly host: string; readonly because: "gone" | "failing" };
}

interface NoticeContent {
  readonly id: NoticeId;
  readonly userId: UserId;
  readonly kind: NoticeKind;
  readonly at: number;
  /** The token or API key concerned, by the name it had then; `null` for several tokens or none. */
  readonly token: { readonly id: TokenId | ApiKeyId; readonly name: string } | null;
  readonly details: NoticeDetails;
}

export interface NewNotice extends NoticeContent {
  readonly organizationId: OrganizationId | null;
  /** Set for a notice that is only kept for the record. */
  readonly readAt?: number | null;
}

export interface NoticeRecord extends NoticeContent {
  /** By its present name. */
  readonly organization: { readonly id: OrganizationId; readonly name: string } | null;
  readonly readAt: number | null;
  /** Since when it needs no attention, because the token has ended. */
  readonly resolvedAt: number | null;
}

export interface NoticeFilter {
  readonly unreadOnly: boolean;
  /** `null`: every kind. */
  readonly kind: NoticeKind | null;
}

export const noticeReads = { listNotices, countUnreadNotices, listNoticeMutes, findUnsubscribeLink };

export const noticeWrites = {
  insertNotices,
  markNoticeRead,
  markNoticesRead,
  dismissNotice,
  withdrawWarnings,
  resolveNotices,
  recordMintPlace,
  forgetNotices,
  setNoticeMutes,
  insertUnsubscribeLink,
  useUnsubscribeLink,
  forgetUnsubscribeLinks,
};

// Rows in one statement: far fewer than the parameters that either engine takes.
const ROWS_AT_ONCE = 200;

/**
 * The user's notices that were not dismissed, newest first. Reads in the order of notices_unread or notices_newest, and
 * filters by kind.
 */
async function listNotices(
  { db }: SqlContext,
  userId: UserId,
  { unreadOnly, kind }: NoticeFilter,
  page: PageRequest,
): Promise<Page<NoticeRecord>> {
  let query = selectNotices(db)
    .where("ntc.user_id", "=", userId)
    .where("ntc.dismissed_at", "is", null)
    .where(isBeyond(page.after, "ntc.at", "ntc.id"));
  if (unreadOnly) query = query.where("ntc.read_at", "is", null);
  if (kind !== null) query = query.where("ntc.kind", "=", kind);
  const rows = await query.orderBy("ntc.at", "desc").orderBy("ntc.id", "desc").limit(rowsToRead(page)).execute();
  return pageOf(rows, page, toNotice, ({ at, id }) => ({ at, id }));
}

/** Notices neither read nor dismissed, counted up to `limit`. Reads notices_unread no further than `limit`. */
async function countUnreadNotices({ db }: SqlContext, userId: UserId, limit: number): Promise<number> {
  const unread = db
    .selectFrom("notices")
    .select("id")
    .where("user_id", "=", userId)
    .where("read_at", "is", null)
    .where("dismissed_at", "is", null)
    .limit(limit);
  const { count } = await db
    .selectFrom(unread.as("unread"))
    .select(sql<number>`count(*)`.as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

async function insertNotices({ db }: SqlContext, notices: readonly NewNotice[]): Promise<void> {
  for (let start = 0; start < notices.length; start += ROWS_AT_ONCE) {
    if (start > 0) await nextTurn();
    const rows = notices.slice(start, start + ROWS_AT_ONCE).map(toRow);
    await db.insertInto("notices").values(rows).execute();
  }
}

/**
 * Returns `false` when the user has no such notice, or dismissed it. A notice that was read keeps its first instant.
 * Uses the primary key.
 */
async function markNoticeRead({ db }: SqlContext, userId: UserId, id: NoticeId, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("notices")
    .set({ read_at: sql`coalesce(read_at, ${at})` })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .where("dismissed_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Marks the notices up to `at`, and returns how many were unread. Uses notices_unread. */
async function markNoticesRead({ db }: SqlContext, userId: UserId, at: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable("notices")
    .set({ read_at: at })
    .where("user_id", "=", userId)
    .where("read_at", "is", null)
    .where("dismissed_at", "is", null)
    .where("at", "<=", at)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/**
 * Returns `false` when the user has no such notice. A notice that was dismissed keeps its first instant. Uses the
 * primary key.
 */
async function dismissNotice({ db }: SqlContext, userId: UserId, id: NoticeId, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("notices")
    .set({ dismissed_at: sql`coalesce(dismissed_at, ${at})` })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Notices that warn of the end of a credential. They mean nothing once it has been revoked or replaced. */
const WARNINGS: readonly NoticeKind[] = ["token.expiring", "api_key.expiring"];
/** They say that a credential has ended by itself. */
const ENDINGS: readonly NoticeKind[] = ["token.expired", "api_key.expired"];
/** Notices about what may have been somebody else. They stay, whatever becomes of the token. */
const WATCHES: readonly NoticeKind[] = ["token.minted", "token.new_network"];

/**
 * Removes from every list the warnings about these tokens and API keys, which are no longer true. `alsoEnded` also
 * removes that they have ended. Uses notices_token.
 */
async function withdrawWarnings(
  { db }: SqlContext,
  ids: readonly (TokenId | ApiKeyId)[],
  at: number,
  { alsoEnded }: { readonly alsoEnded: boolean },
): Promise<void> {
  await db
    .updateTable("notices")
    .set({ dismissed_at: at })
    .where("token_id", "in", sql<TokenId>`(${jsonTexts(ids)})`)
    .where("dismissed_at", "is", null)
    .where("kind", "in", alsoEnded ? [...WARNINGS, ...ENDINGS] : WARNINGS)
    .execute();
}

/**
 * Marks the notices that these tokens were minted or used from a new network as resolved, because the tokens have ended.
 * They stay in the list. Those of `readFor`, who ended the tokens, also count as read. Uses notices_token.
 */
async function resolveNotices(
  { db }: SqlContext,
  ids: readonly (TokenId | ApiKeyId)[],
  at: number,
  { readFor }: { readonly readFor: UserId | null },
): Promise<void> {
  await db
    .updateTable("notices")
    .set({
      resolved_at: at,
      read_at: sql`case when user_id = ${readFor ?? ""} then coalesce(read_at, ${at}) else read_at end`,
    })
    .where("token_id", "in", sql<TokenId>`(${jsonTexts(ids)})`)
    .where("dismissed_at", "is", null)
    .where("resolved_at", "is", null)
    .where("kind", "in", WATCHES)
    .execute();
}

/**
 * Records that the person minted from this place, and returns whether they did before, or whether they ever did. Uses
 * the primary key of credential_sightings, which holds what is seen of credentials and of people.
 */
async function recordMintPlace(
  { db }: SqlContext,
  userId: UserId,
  place: string,
  at: number,
): Promise<"known" | "new" | "first"> {
  const sighting = `mint:${place}`;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("credential_sightings")
    .values({ credential_id: userId, sighting, at })
    .onConflict((conflict) => conflict.columns(["credential_id", "sighting"]).doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return "known";
  const other = await db
    .selectFrom("credential_sightings")
    .select("at")
    .where("credential_id", "=", userId)
    .where("sighting", "<>", sighting)
    .limit(1)
    .executeTakeFirst();
  return other === undefined ? "first" : "new";
}

/** Deletes up to `limit` notices from before `before`, oldest first, and returns how many. Uses notices_oldest. */
async function forgetNotices({ db }: SqlContext, before: number, limit: number): Promise<number> {
  const old = db.selectFrom("notices").select("id").where("at", "<", before).orderBy("at").limit(limit);
  const { numDeletedRows } = await db.deleteFrom("notices").where("id", "in", old).executeTakeFirst();
  return Number(numDeletedRows);
}

/** The kinds that the user does not want by email. Uses the primary key. */
async function listNoticeMutes({ db }: SqlContext, userId: UserId): Promise<readonly NoticeKind[]> {
  const rows = await db.selectFrom("notice_mutes").select("kind").where("user_id", "=", userId).execute();
  return rows.map(({ kind }) => kind);
}

/**
 * Replaces the kinds that the user does not want by email. The caller holds the user's lock, so that two replacements
 * do not mix. Uses the primary key.
 */
async function setNoticeMutes(
  { db }: SqlContext,
  userId: UserId,
  kinds: readonly NoticeKind[],
  at: number,
): Promise<void> {
  await db.deleteFrom("notice_mutes").where("user_id", "=", userId).execute();
  if (kinds.length === 0) return;
  const rows = kinds.map((kind) => ({ user_id: userId, kind, muted_at: at }));
  await db.insertInto("notice_mutes").values(rows).execute();
}

/** An emailed link that turns off one kind of email for one person. */
export interface UnsubscribeLink {
  readonly hash: Hash;
  readonly userId: UserId;
  readonly kind: NoticeKind;
  readonly createdAt: number;
  readonly usedAt: number | null;
}

async function insertUnsubscribeLink(
  { db }: SqlContext,
  { hash, userId, kind, createdAt, usedAt }: UnsubscribeLink,
): Promise<void> {
  await db
    .insertInto("unsubscribe_links")
    .values({ hash, user_id: userId, kind, created_at: createdAt, used_at: usedAt })
    .execute();
}

/** Uses the primary key. */
async function findUnsubscribeLink({ db }: SqlContext, hash: Hash): Promise<UnsubscribeLink | null> {
  const row = await db.selectFrom("unsubscribe_links").selectAll().where("hash", "=", hash).executeTakeFirst();
  return row === undefined
    ? null
    : { hash: row.hash, userId: row.user_id, kind: row.kind, createdAt: row.created_at, usedAt: row.used_at };
}

/** A link that was used keeps its first instant. Uses the primary key. */
async function useUnsubscribeLink({ db }: SqlContext, hash: Hash, at: number): Promise<void> {
  await db
    .updateTable("unsubscribe_links")
    .set({ used_at: sql`coalesce(used_at, ${at})` })
    .where("hash", "=", hash)
    .execute();
}

/** Deletes up to `limit` links from before `before`, oldest first, and returns how many. Uses unsubscribe_links_oldest. */
async function forgetUnsubscribeLinks({ db }: SqlContext, before: number, limit: number): Promise<number> {
  const old = db
    .selectFrom("unsubscribe_links")
    .select("hash")
    .where("created_at", "<", before)
    .orderBy("created_at")
    .limit(limit);
  const { numDeletedRows } = await db.deleteFrom("unsubscribe_links").where("hash", "in", old).executeTakeFirst();
  return Number(numDeletedRows);
}

type NoticeScope = Tables & {
  ntc: NoticeRow;
  org: { [Column in keyof OrganizationRow]: OrganizationRow[Column] | null };
};

export type SelectedNotice = NoticeRow & { organization_name: string | null };

/** Joins the organization by primary key. */
export function selectNotices(db: Kysely<Tables>): SelectQueryBuilder<NoticeScope, "ntc" | "org", SelectedNotice> {
  return db
    .selectFrom("notices as ntc")
    .leftJoin("organizations as org", "org.id", "ntc.organization_id")
    .selectAll("ntc")
    .select("org.name as organization_name");
}

export function toNotice(row: SelectedNotice): NoticeRecord {
  return {
    id: row.id,
    userId: row.user_id,
    kind: row.kind,
    at: row.at,
    organization: row.organization_id === null ? null : { id: row.organization_id, name: row.organization_name ?? "" },
    token: row.token_id === null ? null : { id: row.token_id, name: row.token_name ?? "" },
    details: JSON.parse(row.details) as NoticeRecord["details"],
    readAt: row.read_at,
    resolvedAt: row.resolved_at,
  };
}

function toRow(notice: NewNotice): NoticeRow {
  return {
    id: notice.id,
    user_id: notice.userId,
    kind: notice.kind,
    at: notice.at,
    organization_id: notice.organizationId,
    token_id: notice.token?.id ?? null,
    token_name: notice.token?.name ?? null,
    details: JSON.stringify(notice.details),
    read_at: notice.readAt ?? null,
    dismissed_at: null,
    resolved_at: null,
    mail_due_at: null,
  };
}
