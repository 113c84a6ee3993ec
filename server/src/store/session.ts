// Browser sessions of users. A session is usable when it has not ended, has not expired and was seen recently. The
// session of a hand-off also ends with its hand-off, its membership and its organization, and is not usable while the
// membership is suspended. Reads and changes count usable sessions by one condition, so a preview shows the number that the
// change reports.
import { type HandOffId, type OrganizationId, SESSION_IDLE_MS, type SessionId, type UserId } from "@mintmark/core";
import { sql } from "kysely";
import { toUser, type UserRecord } from "./account/user.ts";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "./context.ts";
import {
  HAND_OFF_COLUMNS,
  type HandOffColumns,
  IS_HELD,
  type SessionHandOff,
  toSessionHandOff,
} from "./hand-off/hand-off.ts";
import type { SessionRow } from "./tables.ts";
import type { Hash, Page, PageRequest } from "./values.ts";

export interface SessionRecord {
  readonly id: SessionId;
  readonly userId: UserId;
  /** The active organization; `null` while the user is in none. */
  readonly organizationId: OrganizationId | null;
  readonly createdAt: number;
  /** When the user last entered the password in this session. */
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly endedAt: number | null;
  /** Set for the session of a hand-off, which reaches one membership. */
  readonly handOff: SessionHandOff | null;
}

export interface NewSession extends Omit<SessionRecord, "endedAt" | "lastSeenAt" | "handOff"> {
  readonly hash: Hash;
  readonly handOffId?: HandOffId | null;
}

const SESSIONS_AT_ONCE = 200;

export const sessionReads = { findSession, findOpenSession, listSessions, pageSessions, countSessionsIn };

export const sessionWrites = {
  insertSession,
  setSessionOrganization,
  setSessionAuthenticated,
  touchSession,
  endSession,
  endSessionsOfUser,
  moveSessions,
  moveSessionsOfOrganization,
  endSurplusSessions,
};

/**
 * A session that was not ended and whose hand-off holds, with its user, in any state of the user. The caller checks the
 * expiry. Uses sessions_hash, then primary keys.
 */
async function findSession(
  { db }: SqlContext,
  hash: Hash,
): Promise<{ readonly session: SessionRecord; readonly user: UserRecord } | null> {
  const row = await db
    .selectFrom("sessions as ses")
    .innerJoin("users as usr", "usr.id", "ses.user_id")
    .leftJoin("hand_offs as hof", "hof.id", "ses.hand_off_id")
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
      "ses.hand_off_id",
    ])
    .select(HAND_OFF_COLUMNS)
    .where("ses.hash", "=", hash)
    .where("ses.ended_at", "is", null)
    .where(IS_HELD)
    .executeTakeFirst();
  if (row === undefined) return null;
  const session = toSession({ ...row, id: row.session_id, user_id: row.id, created_at: row.session_created_at });
  return { session, user: toUser(row) };
}

/** One session of the user that is usable at `now`. Uses the primary key. */
async function findOpenSession(
  { db }: SqlContext,
  userId: UserId,
  id: SessionId,
  now: number,
): Promise<SessionRecord | null> {
  const row = await withHandOff(usableSessions(db, userId, now))
    .where("ses.id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : toSession(row);
}

/** The user's sessions that are usable at `now`. Uses sessions_user. */
function usableSessions(db: SqlContext["db"], userId: UserId, now: number) {
  return db
    .selectFrom("sessions as ses")
    .where("ses.user_id", "=", userId)
    .where("ses.ended_at", "is", null)
    .where("ses.expires_at", ">", now)
    .where("ses.last_seen_at", ">", now - SESSION_IDLE_MS)
    .where(IS_HELD);
}

function withHandOff(sessions: ReturnType<typeof usableSessions>) {
  return sessions.leftJoin("hand_offs as hof", "hof.id", "ses.hand_off_id").selectAll("ses").select(HAND_OFF_COLUMNS);
}

/** The user's sessions that are usable at `now`, newest first. Reads in the order of sessions_user. */
async function listSessions({ db }: SqlContext, userId: UserId, now: number): Promise<readonly SessionRecord[]> {
  const rows = await withHandOff(usableSessions(db, userId, now))
    .orderBy("ses.created_at", "desc")
    .orderBy("ses.id", "desc")
    .execute();
  return rows.map(toSession);
}

/** A page of them. Reads in the order of sessions_user, which holds few: a sign-in ends those that expired. */
async function pageSessions(
  { db }: SqlContext,
  userId: UserId,
  now: number,
  page: PageRequest,
): Promise<Page<SessionRecord>> {
  const rows = await withHandOff(usableSessions(db, userId, now))
    .where(isBeyond(page.after, "ses.created_at", "ses.id"))
    .orderBy("ses.created_at", "desc")
    .orderBy("ses.id", "desc")
    .limit(rowsToRead(page))
    .execute();
  return pageOf(rows, page, toSession, (session) => ({ at: session.createdAt, id: session.id }));
}

async function insertSession({ db }: SqlContext, session: NewSession): Promise<void> {
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
      hand_off_id: session.handOffId ?? null,
    })
    .execute();
}

async function setSessionOrganization(
  { db }: SqlContext,
  id: SessionId,
  organizationId: OrganizationId,
): Promise<void> {
  await db.updateTable("sessions").set({ organization_id: organizationId }).where("id", "=", id).execute();
}

async function setSessionAuthenticated({ db }: SqlContext, id: SessionId, at: number): Promise<void> {
  await db.updateTable("sessions").set({ authenticated_at: at }).where("id", "=", id).execute();
}

async function touchSession(
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

/** Ends one session of this user. Returns `false` when there is no such open session. */
async function endSession({ db }: SqlContext, userId: UserId, id: SessionId, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("sessions")
    .set({ ended_at: at })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/**
 * Ends every session of the user except `except`, and returns how many of them were usable at `at`. Uses sessions_user.
 */
async function endSessionsOfUser(
  context: SqlContext,
  userId: UserId,
  except: SessionId | null,
  at: number,
): Promise<number> {
  const { db } = context;
  await lockOpenSessions(context, "user_id", userId);
  let usable = usableSessions(db, userId, at).select(sql<number>`count(*)`.as("count"));
  let query = db.updateTable("sessions").set({ ended_at: at }).where("user_id", "=", userId);
  if (except !== null) {
    usable = usable.where("ses.id", "<>", except);
    query = query.where("id", "<>", except);
  }
  const { count } = await usable.executeTakeFirstOrThrow();
  await query.where("ended_at", "is", null).execute();
  return count;
}

/**
 * Makes `to`, or none, the active organization of this user's sessions in `from`, and returns how many of them are usable
 * at `at`. Uses sessions_user.
 */
async function moveSessions(
  context: SqlContext,
  userId: UserId,
  { from, to, at }: { readonly from: OrganizationId; readonly to: OrganizationId | null; readonly at: number },
): Promise<number> {
  const { db } = context;
  await lockOpenSessions(context, "user_id", userId);
  const usable = await countSessionsIn(context, userId, from, at);
  await db
    .updateTable("sessions")
    .set({ organization_id: to })
    .where("user_id", "=", userId)
    .where("organization_id", "=", from)
    .where("ended_at", "is", null)
    .execute();
  return usable;
}

/**
 * Makes the personal organizations of their users, or none, the active ones of up to `limit` sessions in `from`, and returns
 * how many. Uses sessions_organization, and organizations_personal_of for each session.
 */
async function moveSessionsOfOrganization(
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
    .set((row) => ({
      organization_id: row
        .selectFrom("organizations as personal")
        .select("personal.id")
        .whereRef("personal.personal_of", "=", "sessions.user_id"),
    }))
    .where("sessions.id", "in", ids)
    .where("sessions.organization_id", "=", from)
    .where("sessions.ended_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Locks sessions in the order of their ids, so that two changes that share several wait instead of deadlocking. */
async function lockOpenSessions(
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

function toSession(row: Omit<SessionRow, "hash"> & HandOffColumns): SessionRecord {
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
    handOff: row.hand_off_id === null ? null : toSessionHandOff({ ...row, hand_off_id: row.hand_off_id }),
  };
}

/**
 * The number of the user's usable sessions that are active in the organization, without those of hand-offs. The end of
 * the membership moves them to the personal organization, and ends those of hand-offs. Uses sessions_user.
 */
async function countSessionsIn(
  { db }: SqlContext,
  userId: UserId,
  organizationId: OrganizationId,
  now: number,
): Promise<number> {
  const { count } = await usableSessions(db, userId, now)
    .select(sql<number>`count(*)`.as("count"))
    .where("ses.organization_id", "=", organizationId)
    .where("ses.hand_off_id", "is", null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Which sessions a bound counts: those of sign-ins, or those of hand-offs. */
type SessionOrigin = "sign-in" | "hand-off";

/**
 * Ends the user's open sessions of this origin beyond the `keep` that were seen last, and all that expired or were not
 * seen since `seenAfter`. Returns up to 200 of those that somebody could still have used; the next call ends the rest.
 * Uses sessions_user. The caller holds the lock of the user.
 */
async function endSurplusSessions(
  context: SqlContext,
  userId: UserId,
  rule: { readonly keep: number; readonly seenAfter: number; readonly at: number; readonly origin?: SessionOrigin },
): Promise<readonly SessionId[]> {
  const { keep, seenAfter, at, origin = "sign-in" } = rule;
  const { db } = context;
  await lockOpenSessions(context, "user_id", userId);
  const surplus = await db
    .selectFrom("sessions")
    .select("id")
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .where("hand_off_id", origin === "sign-in" ? "is" : "is not", null)
    .where("expires_at", ">", at)
    .where("last_seen_at", ">", seenAfter)
    .orderBy("last_seen_at", "desc")
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(SESSIONS_AT_ONCE)
    .offset(keep)
    .execute();
  const ids = surplus.map(({ id }) => id);
  await db
    .updateTable("sessions")
    .set({ ended_at: at })
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .where((row) =>
      row.or([
        row("expires_at", "<=", at),
        row("last_seen_at", "<=", seenAfter),
        ...(ids.length === 0 ? [] : [row("id", "in", ids)]),
      ]),
    )
    .execute();
  return ids;
}
