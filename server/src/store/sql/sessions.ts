import type { OrganizationId, SessionId, UserId } from "@mintmark/core";
import type { NewSession, SessionRecord, UserRecord } from "../account-port.ts";
import type { Hash } from "../credential-port.ts";
import type { Page, PageRequest } from "../page.ts";
import type { SessionRow } from "../tables.ts";
import type { SqlContext } from "./context.ts";
import { isBeyond, pageOf, rowsToRead } from "./paging.ts";
import { toUser } from "./users.ts";

/** By sessions_hash, then the user by primary key. */
export async function findSession(
  { db }: SqlContext,
  hash: Hash,
): Promise<{ readonly session: SessionRecord; readonly user: UserRecord } | null> {
  const row = await db
    .selectFrom("sessions as ses")
    .innerJoin("users as usr", "usr.id", "ses.user_id")
    .selectAll("usr")
    .select([
      "ses.id as session_id",
      "ses.organization_id",
      "ses.created_at as session_created_at",
      "ses.authenticated_at",
      "ses.last_seen_at",
      "ses.expires_at",
      "ses.ip",
      "ses.user_agent",
      "ses.ended_at",
    ])
    .where("ses.hash", "=", hash)
    .where("ses.ended_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const session = toSession({ ...row, id: row.session_id, user_id: row.id, created_at: row.session_created_at });
  return { session, user: toUser(row) };
}

/** By primary key. */
export async function findOpenSession(
  { db }: SqlContext,
  userId: UserId,
  id: SessionId,
  now: number,
): Promise<SessionRecord | null> {
  const row = await openSessions(db, userId, now).where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : toSession(row);
}

function openSessions(db: SqlContext["db"], userId: UserId, now: number) {
  return db
    .selectFrom("sessions")
    .selectAll()
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .where("expires_at", ">", now);
}

/** In the order of sessions_user. */
export async function listSessions({ db }: SqlContext, userId: UserId, now: number): Promise<readonly SessionRecord[]> {
  const rows = await openSessions(db, userId, now).orderBy("created_at", "desc").orderBy("id", "desc").execute();
  return rows.map(toSession);
}

/** In the order of sessions_user, which holds few: a sign-in closes those that ran out. */
export async function pageSessions(
  { db }: SqlContext,
  userId: UserId,
  { now, seenAfter }: { readonly now: number; readonly seenAfter: number },
  page: PageRequest,
): Promise<Page<SessionRecord>> {
  const rows = await openSessions(db, userId, now)
    .where("last_seen_at", ">", seenAfter)
    .where(isBeyond(page.after, "created_at", "id"))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(rowsToRead(page))
    .execute();
  return pageOf(rows, page, toSession, (session) => ({ at: session.createdAt, id: session.id }));
}

export async function insertSession({ db }: SqlContext, session: NewSession): Promise<void> {
  await db
    .insertInto("sessions")
    .values({
      id: session.id,
      hash: session.hash,
      user_id: session.userId,
      organization_id: session.organizationId,
      created_at: session.createdAt,
      authenticated_at: session.authenticatedAt,
      last_seen_at: session.createdAt,
      expires_at: session.expiresAt,
      ip: session.ip,
      user_agent: session.userAgent,
      ended_at: null,
    })
    .execute();
}

export async function setSessionOrganization(
  { db }: SqlContext,
  id: SessionId,
  organizationId: OrganizationId,
): Promise<void> {
  await db.updateTable("sessions").set({ organization_id: organizationId }).where("id", "=", id).execute();
}

export async function setSessionAuthenticated({ db }: SqlContext, id: SessionId, at: number): Promise<void> {
  await db.updateTable("sessions").set({ authenticated_at: at }).where("id", "=", id).execute();
}

export async function touchSession(
  { db }: SqlContext,
  id: SessionId,
  seen: { readonly at: number; readonly ip: string | null; readonly userAgent: string | null },
): Promise<void> {
  await db
    .updateTable("sessions")
    .set({ last_seen_at: seen.at, ip: seen.ip, user_agent: seen.userAgent })
    .where("id", "=", id)
    .where("last_seen_at", "<=", seen.at)
    .execute();
}

export async function endSession({ db }: SqlContext, userId: UserId, id: SessionId, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("sessions")
    .set({ ended_at: at })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** By sessions_user. */
export async function endSessionsOfUser(
  context: SqlContext,
  userId: UserId,
  except: SessionId | null,
  at: number,
): Promise<number> {
  const { db } = context;
  await lockOpenSessions(context, "user_id", userId);
  let query = db.updateTable("sessions").set({ ended_at: at }).where("user_id", "=", userId);
  if (except !== null) query = query.where("id", "<>", except);
  const { numUpdatedRows } = await query.where("ended_at", "is", null).executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** By sessions_user. */
export async function moveSessions(
  context: SqlContext,
  userId: UserId,
  from: OrganizationId,
  to: OrganizationId,
): Promise<number> {
  const { db } = context;
  await lockOpenSessions(context, "user_id", userId);
  const { numUpdatedRows } = await db
    .updateTable("sessions")
    .set({ organization_id: to })
    .where("user_id", "=", userId)
    .where("organization_id", "=", from)
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** By sessions_organization, and organizations_personal_of for each of them. */
export async function moveSessionsOfOrganization(
  { db, locksRows }: SqlContext,
  from: OrganizationId,
  limit: number,
): Promise<number> {
  let open = db
    .selectFrom("sessions")
    .select("id")
    .where("organization_id", "=", from)
    .where("ended_at", "is", null)
    .orderBy("id")
    .limit(limit);
  if (locksRows) open = open.forNoKeyUpdate();
  const ids = (await open.execute()).map(({ id }) => id);
  if (ids.length === 0) return 0;
  const { numUpdatedRows } = await db
    .updateTable("sessions")
    .from("organizations as personal")
    .set((row) => ({ organization_id: row.ref("personal.id") }))
    .whereRef("personal.personal_of", "=", "sessions.user_id")
    .where("sessions.id", "in", ids)
    .where("sessions.organization_id", "=", from)
    .where("sessions.ended_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Locks sessions in the order of their ids: two changes that share several wait instead of deadlocking. */
export async function lockOpenSessions(
  { db, locksRows }: SqlContext,
  owner: "user_id" | "organization_id",
  id: UserId | OrganizationId,
): Promise<void> {
  if (!locksRows) return;
  await db
    .selectFrom("sessions")
    .select("id")
    .where(owner, "=", id)
    .where("ended_at", "is", null)
    .orderBy("id")
    .forNoKeyUpdate()
    .execute();
}

export function toSession(row: Omit<SessionRow, "hash">): SessionRecord {
  return {
    id: row.id,
    userId: row.user_id,
    organizationId: row.organization_id,
    createdAt: row.created_at,
    authenticatedAt: row.authenticated_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    ip: row.ip,
    userAgent: row.user_agent,
    endedAt: row.ended_at,
  };
}
