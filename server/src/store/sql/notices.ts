import type { NoticeId, NoticeKind, OrganizationId, TokenId, UserId } from "@mintmark/core";
import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { nextTurn } from "../../event-loop/turn.ts";
import type { NoticeRow } from "../notice-tables.ts";
import type { NewNotice, NoticeFilter, NoticeRecord } from "../notice-port.ts";
import type { Page, PageRequest } from "../page.ts";
import type { OrganizationRow, Tables } from "../tables.ts";
import type { SqlContext } from "./context.ts";
import { isBeyond, pageOf, rowsToRead } from "./paging.ts";

// Rows in one statement: far below the number of parameters either engine takes.
const ROWS_AT_ONCE = 200;

/** In the order of notices_unread for the unread ones, else of notices_newest; a kind is looked for along it. */
export async function listNotices(
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

/** By notices_unread, and no further along it than `limit`. */
export async function countUnreadNotices({ db }: SqlContext, userId: UserId, limit: number): Promise<number> {
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

export async function insertNotices({ db }: SqlContext, notices: readonly NewNotice[]): Promise<void> {
  for (let start = 0; start < notices.length; start += ROWS_AT_ONCE) {
    if (start > 0) await nextTurn();
    const rows = notices.slice(start, start + ROWS_AT_ONCE).map(toRow);
    await db.insertInto("notices").values(rows).execute();
  }
}

/** By primary key. Reading again keeps the first instant. */
export async function markNoticeRead({ db }: SqlContext, userId: UserId, id: NoticeId, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("notices")
    .set({ read_at: sql`coalesce(read_at, ${at})` })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .where("dismissed_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** By notices_unread. */
export async function markNoticesRead({ db }: SqlContext, userId: UserId, at: number): Promise<number> {
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

/** By primary key. Dismissing again keeps the first instant. */
export async function dismissNotice({ db }: SqlContext, userId: UserId, id: NoticeId, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("notices")
    .set({ dismissed_at: sql`coalesce(dismissed_at, ${at})` })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The oldest first, by notices_oldest. */
export async function forgetNotices({ db }: SqlContext, before: number, limit: number): Promise<number> {
  const old = db.selectFrom("notices").select("id").where("at", "<", before).orderBy("at").limit(limit);
  const { numDeletedRows } = await db.deleteFrom("notices").where("id", "in", old).executeTakeFirst();
  return Number(numDeletedRows);
}

/** By primary key. */
export async function listNoticeMutes({ db }: SqlContext, userId: UserId): Promise<readonly NoticeKind[]> {
  const rows = await db.selectFrom("notice_mutes").select("kind").where("user_id", "=", userId).execute();
  return rows.map(({ kind }) => kind);
}

/** By primary key. The caller holds the user's lock, so that two replacements do not mix. */
export async function setNoticeMutes(
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

/** By primary key. */
export async function findTokenOwners(
  { db }: SqlContext,
  ids: readonly TokenId[],
): Promise<ReadonlyMap<TokenId, UserId>> {
  const owners = new Map<TokenId, UserId>();
  for (let start = 0; start < ids.length; start += ROWS_AT_ONCE) {
    if (start > 0) await nextTurn();
    const rows = await db
      .selectFrom("personal_access_tokens")
      .select(["id", "user_id"])
      .where("id", "in", ids.slice(start, start + ROWS_AT_ONCE))
      .execute();
    for (const row of rows) owners.set(row.id, row.user_id);
  }
  return owners;
}

/** In the order of memberships_active. */
export async function listMembersInOrder(
  { db }: SqlContext,
  organizationId: OrganizationId,
  { limit, after }: { readonly limit: number; readonly after: UserId | null },
): Promise<readonly { readonly userId: UserId; readonly role: string }[]> {
  let query = db
    .selectFrom("memberships")
    .select(["user_id", "role"])
    .where("organization_id", "=", organizationId)
    .where("ended_at", "is", null);
  if (after !== null) query = query.where("user_id", ">", after);
  const rows = await query.orderBy("user_id").limit(limit).execute();
  return rows.map(({ user_id: userId, role }) => ({ userId, role }));
}

type NoticeScope = Tables & {
  ntc: NoticeRow;
  org: { [Column in keyof OrganizationRow]: OrganizationRow[Column] | null };
};
export type SelectedNotice = NoticeRow & { organization_name: string | null };

/** The organization by primary key. */
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
