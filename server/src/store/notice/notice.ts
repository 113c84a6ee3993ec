// Notices: what people are notified of, and which kinds of it they want by email.
import type { NoticeId, NoticeKind, OrganizationId, RevokedReason, TokenId, UserId } from "@mintmark/core";
import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { nextTurn } from "../../bounded.ts";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { NoticeRow, OrganizationRow, Tables } from "../tables.ts";
import type { ActorRef, Page, PageRequest } from "../values.ts";

/** The content of a notice, from an allow-list: never a secret, never a hash. Each kind has its own fields of these. */
interface NoticeDetails {
  /** The actor; absent where there is none. */
  readonly by?: ActorRef;
  /** When the token expires; `null`: never. */
  readonly expiresAt?: number | null;
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
}

interface NoticeContent {
  readonly id: NoticeId;
  readonly userId: UserId;
  readonly kind: NoticeKind;
  readonly at: number;
  /** The token concerned, by the name it had then; `null` for several tokens or none. */
  readonly token: { readonly id: TokenId; readonly name: string } | null;
  readonly details: NoticeDetails;
}

export interface NewNotice extends NoticeContent {
  readonly organizationId: OrganizationId | null;
  /** When its email may be sent; `null`: never. */
  readonly mailDueAt: number | null;
}

export interface NoticeRecord extends NoticeContent {
  /** By its present name. */
  readonly organization: { readonly id: OrganizationId; readonly name: string } | null;
  readonly readAt: number | null;
}

export interface NoticeFilter {
  readonly unreadOnly: boolean;
  /** `null`: every kind. */
  readonly kind: NoticeKind | null;
}

export const noticeReads = { listNotices, countUnreadNotices, listNoticeMutes };

export const noticeWrites = {
  insertNotices,
  markNoticeRead,
  markNoticesRead,
  dismissNotice,
  forgetNotices,
  setNoticeMutes,
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
    read_at: null,
    dismissed_at: null,
    mail_due_at: notice.mailDueAt,
    mail_attempts: 0,
    mailed_at: null,
  };
}
