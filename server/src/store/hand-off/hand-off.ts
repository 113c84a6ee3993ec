// Hand-offs: the one-time links of a host, and the sessions that they opened. A code is stored as its hash. The session
// of a hand-off is in session.ts.
import type {
  HandOffId,
  HandOffPage,
  HandOffVia,
  ManagementKeyId,
  MembershipId,
  OrganizationId,
  UserId,
} from "@mintmark/core";
import { sql, type SqlBool } from "kysely";
import type { SqlContext } from "../context.ts";
import type { Hash } from "../values.ts";
import type { HandOffRow } from "./rows.ts";

export interface HandOffRecord {
  readonly id: HandOffId;
  /** The management key that made it. */
  readonly madeBy: ManagementKeyId;
  readonly userId: UserId;
  readonly membershipId: MembershipId;
  readonly organizationId: OrganizationId;
  readonly page: HandOffPage;
  /** Where the person ends: a path of the app with its query; `null` for the page's own. */
  readonly returnTo: string | null;
  /** A page of the host. */
  readonly returnUrl: string | null;
  /** When the person proved to the host who they are; `null` where the host does not say. */
  readonly authenticatedAt: number | null;
  readonly createdAt: number;
  /** The end of the link. */
  readonly expiresAt: number;
  readonly redeemedAt: number | null;
  readonly endedAt: number | null;
}

export interface NewHandOff extends Omit<HandOffRecord, "redeemedAt" | "endedAt"> {
  readonly codeHash: Hash;
}

/** The hand-off that opened a session. */
export interface SessionHandOff {
  readonly id: HandOffId;
  readonly membershipId: MembershipId;
  readonly page: HandOffPage;
  /** A page of the host to go back to. */
  readonly returnUrl: string | null;
  readonly via: HandOffVia;
}

export const handOffReads = { findHandOff, findHandOffByCode };

export const handOffWrites = {
  lockHandOff,
  insertHandOff,
  claimHandOff,
  endHandOff,
  endSurplusHandOffs,
  forgetHandOffs,
};

/** Uses the primary key. */
async function findHandOff({ db }: SqlContext, id: HandOffId): Promise<HandOffRecord | null> {
  const row = await db.selectFrom("hand_offs").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : toHandOff(row);
}

/** Finds the hand-off in any state, unless its key was revoked; the caller checks it. Uses hand_offs_code. */
async function findHandOffByCode({ db }: SqlContext, hash: Hash): Promise<HandOffRecord | null> {
  const row = await db
    .selectFrom("hand_offs as hof")
    .leftJoin("management_keys as key", "key.id", "hof.made_by")
    .selectAll("hof")
    .where("hof.code_hash", "=", hash)
    .where("key.revoked_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : toHandOff(row);
}

/**
 * Holds the hand-off and its management key as they are: their ends wait for the caller's transaction. Holders do not
 * exclude each other. Uses primary keys.
 */
async function lockHandOff({ db, locksRows }: SqlContext, id: HandOffId): Promise<void> {
  if (!locksRows) return;
  const handOff = await db.selectFrom("hand_offs").select("made_by").where("id", "=", id).forShare().executeTakeFirst();
  if (handOff === undefined) return;
  await db.selectFrom("management_keys").select("id").where("id", "=", handOff.made_by).forShare().execute();
}

async function insertHandOff({ db }: SqlContext, handOff: NewHandOff): Promise<void> {
  await db
    .insertInto("hand_offs")
    .values({
      id: handOff.id,
      code_hash: handOff.codeHash,
      made_by: handOff.madeBy,
      user_id: handOff.userId,
      membership_id: handOff.membershipId,
      organization_id: handOff.organizationId,
      page: handOff.page,
      return_to: handOff.returnTo,
      return_url: handOff.returnUrl,
      authenticated_at: handOff.authenticatedAt,
      created_at: handOff.createdAt,
      expires_at: handOff.expiresAt,
      redeemed_at: null,
      via: null,
      ended_at: null,
    })
    .execute();
}

/**
 * Uses the code up. Of any number of calls at once, one returns `true`: the others wait for its row and then find it
 * used. Returns `false` also for a hand-off that has ended or expired. Uses the primary key.
 */
async function claimHandOff({ db }: SqlContext, id: HandOffId, via: HandOffVia, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("hand_offs")
    .set({ redeemed_at: at, via })
    .where("id", "=", id)
    .where("redeemed_at", "is", null)
    .where("ended_at", "is", null)
    .where("expires_at", ">", at)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/**
 * Ends the link, and the session that it opened (`findSession`). Returns `false` when it had ended before. Uses the
 * primary key.
 */
async function endHandOff({ db }: SqlContext, id: HandOffId, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("hand_offs")
    .set({ ended_at: at })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Ends the person's links that nobody has opened, except the newest `keep`. Uses hand_offs_unopened. */
async function endSurplusHandOffs({ db }: SqlContext, userId: UserId, keep: number, at: number): Promise<void> {
  const kept = db
    .selectFrom("hand_offs")
    .select("id")
    .where("user_id", "=", userId)
    .where("redeemed_at", "is", null)
    .where("ended_at", "is", null)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(keep);
  await db
    .updateTable("hand_offs")
    .set({ ended_at: at })
    .where("user_id", "=", userId)
    .where("redeemed_at", "is", null)
    .where("ended_at", "is", null)
    .where("id", "not in", kept)
    .execute();
}

/**
 * Deletes up to `limit` hand-offs that were made before `before`, with their sessions, and returns how many. Uses
 * hand_offs_oldest and sessions_hand_off.
 */
async function forgetHandOffs({ db }: SqlContext, before: number, limit: number): Promise<number> {
  const old = await db
    .selectFrom("hand_offs")
    .select("id")
    .where("created_at", "<", before)
    .orderBy("created_at")
    .limit(limit)
    .execute();
  if (old.length === 0) return 0;
  const ids = old.map(({ id }) => id);
  await db.deleteFrom("sessions").where("hand_off_id", "in", ids).execute();
  const { numDeletedRows } = await db.deleteFrom("hand_offs").where("id", "in", ids).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

function toHandOff(row: HandOffRow): HandOffRecord {
  return {
    id: row.id,
    madeBy: row.made_by,
    userId: row.user_id,
    membershipId: row.membership_id,
    organizationId: row.organization_id,
    page: row.page,
    returnTo: row.return_to,
    returnUrl: row.return_url,
    authenticatedAt: row.authenticated_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    redeemedAt: row.redeemed_at,
    endedAt: row.ended_at,
  };
}

// The part of a hand-off in its session (session.ts).

/** The hand-off of a session `ses`. */
export const HAND_OFF_COLUMNS = ["hof.membership_id", "hof.page", "hof.return_url", "hof.via"] as const;

/**
 * Whether a session `ses` was opened by a sign-in, or by a hand-off that still holds: one that was not ended, of a key
 * that was not revoked, for a member who is not suspended, in an organization that exists, and not for an instance admin.
 * Uses primary keys. It counts, because PostgreSQL may evaluate `exists` for all hand-offs at once.
 */
export const IS_HELD = sql<SqlBool>`(ses.hand_off_id is null or 1 = (
  select count(*) from hand_offs held
    join memberships mem on mem.id = held.membership_id
    join organizations org on org.id = mem.organization_id
    join users member on member.id = mem.user_id
    left join management_keys key on key.id = held.made_by
  where held.id = ses.hand_off_id and held.redeemed_at is not null and held.ended_at is null
    and mem.ended_at is null and mem.suspended_at is null
    and key.revoked_at is null and org.deleted_at is null and member.instance_admin_at is null))`;

export type HandOffColumns = {
  readonly [Column in "membership_id" | "page" | "return_url" | "via"]: HandOffRow[Column] | null;
};

export function toSessionHandOff(row: HandOffColumns & { readonly hand_off_id: HandOffId }): SessionHandOff {
  const { hand_off_id: id, membership_id: membershipId, page, return_url: returnUrl, via } = row;
  // Without its hand-off, the session would reach everything.
  if (membershipId === null || page === null || via === null) throw new Error(`the hand-off ${id} cannot be found`);
  return { id, membershipId, page, returnUrl, via };
}
