// Memberships of users in organizations.
import { type MembershipId, type OrganizationId, OWNER_ROLE, type UserId } from "@mintmark/core";
import { type Kysely, type SelectQueryBuilder, sql, type SqlBool } from "kysely";
import { hold, IS_OPEN, release, suspension, toUser, type UserRecord } from "./account/user.ts";
import { containsText, isBeyond, jsonRows, pageOf, rowsToRead, type SqlContext } from "./context.ts";
import type { MembershipRow, Tables, UserRow } from "./tables.ts";
import type { Page, PageRequest } from "./values.ts";

export interface MembershipRecord {
  readonly id: MembershipId;
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly role: string;
  readonly joinedAt: number;
  readonly suspendedAt: number | null;
  readonly endedAt: number | null;
  /** The host's own suspension, which only the host ends. `suspendedAt` is set too. */
  readonly hostSuspendedAt: number | null;
}

export interface NewMembership extends Omit<MembershipRecord, "suspendedAt" | "endedAt" | "hostSuspendedAt"> {
  /** The host suspends the member from the beginning. */
  readonly hostSuspension?: { readonly at: number; readonly by: string } | null;
}

/** A present member as lists show it. */
export interface MemberRecord extends MembershipRecord {
  readonly user: UserRecord;
  /** Tokens of this membership that are neither revoked nor expired. */
  readonly tokenCount: number;
}

export const memberReads = { findMembership, findMember, listMembers, countActiveOwners, listMembersInOrder };

export const memberWrites = {
  insertMembership,
  insertMemberships,
  lockMembership,
  lockMember,
  setMemberRole,
  suspendMembership,
  reinstateMembership,
  holdMembership,
  releaseMembership,
  endMembership,
  endMembershipsOfOrganization,
};

/** The membership that has not ended, suspended or not. Uses memberships_active. */
async function findMembership(
  { db }: SqlContext,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<MembershipRecord | null> {
  const row = await db
    .selectFrom("memberships")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : toMembership(row);
}

/** One present member of the organization by membership id. Uses the primary key. */
async function findMember(
  { db }: SqlContext,
  organizationId: OrganizationId,
  id: MembershipId,
  now: number,
): Promise<MemberRecord | null> {
  const row = await selectMembers(db, organizationId, now).where("mem.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toMember(row);
}

/**
 * Present members, latest joining first. `query` matches a part of the name or email, ignoring case, or the whole id of
 * the user. Reads in the order of memberships_newest.
 */
async function listMembers(
  { db }: SqlContext,
  organizationId: OrganizationId,
  filter: { readonly query: string | null; readonly now: number },
  page: PageRequest,
): Promise<Page<MemberRecord>> {
  let query = selectMembers(db, organizationId, filter.now)
    .where(isBeyond(page.after, "mem.joined_at", "mem.id"))
    .orderBy("mem.joined_at", "desc")
    .orderBy("mem.id", "desc")
    .limit(rowsToRead(page));
  if (filter.query !== null) {
    const { query: text } = filter;
    query = query.where(sql<SqlBool>`(${containsText(["usr.name_key", "usr.email_key"], text)} or usr.id = ${text})`);
  }
  return pageOf(await query.execute(), page, toMember, (member) => ({ at: member.joinedAt, id: member.id }));
}

/**
 * The number of owners whose membership and user are both not suspended. Uses memberships_newest; organizations have
 * few owners.
 */
async function countActiveOwners({ db }: SqlContext, organizationId: OrganizationId): Promise<number> {
  const { owners } = await db
    .selectFrom("memberships as mem")
    .innerJoin("users as usr", "usr.id", "mem.user_id")
    .select(sql<number>`count(*)`.as("owners"))
    .where("mem.organization_id", "=", organizationId)
    .where("mem.role", "=", OWNER_ROLE)
    .where("mem.ended_at", "is", null)
    .where("mem.suspended_at", "is", null)
    .where("usr.suspended_at", "is", null)
    .where("usr.deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return owners;
}

/** Throws `Conflict("active_membership")` when the user already is a member (memberships_active). */
function insertMembership(context: SqlContext, membership: NewMembership): Promise<void> {
  return insertMemberships(context, [membership]);
}

/** The same for several memberships. */
async function insertMemberships({ db }: SqlContext, memberships: readonly NewMembership[]): Promise<void> {
  if (memberships.length === 0) return;
  const rows = memberships.map(({ id, organizationId, userId, role, joinedAt, hostSuspension }) => {
    const { at, by } = hostSuspension ?? { at: null, by: null };
    return [id, organizationId, userId, role, joinedAt, at, by, at];
  });
  await db
    .insertInto("memberships")
    .columns([
      "id",
      "organization_id",
      "user_id",
      "role",
      "joined_at",
      "suspended_at",
      "suspended_by",
      "host_suspended_at",
    ])
    .expression(sql`${jsonRows(["text", "text", "text", "text", "bigint", "bigint", "text", "bigint"], rows)}`)
    .execute();
}

/**
 * The user's present membership, locked; `null` when they have none. A call that waited for a change of the membership
 * sees that change. Uses memberships_active.
 */
async function lockMembership(
  { db, locksRows }: SqlContext,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<MembershipRecord | null> {
  const row = await db
    .selectFrom("memberships")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .$if(locksRows, (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  return row === undefined ? null : toMembership(row);
}

/**
 * One present member of the organization, their membership locked; `null` when the organization has no such member. Only
 * the membership is locked and, after a wait, up to date, so the caller holds the organization's exclusive lock, which
 * leaves nobody to wait for. Uses the primary key.
 */
async function lockMember(
  { db, locksRows }: SqlContext,
  organizationId: OrganizationId,
  id: MembershipId,
  now: number,
): Promise<MemberRecord | null> {
  const row = await selectMembers(db, organizationId, now)
    .where("mem.id", "=", id)
    .$if(locksRows, (query) => query.forNoKeyUpdate("mem"))
    .executeTakeFirst();
  return row === undefined ? null : toMember(row);
}

async function setMemberRole({ db, change }: SqlContext, id: MembershipId, role: string): Promise<void> {
  change.touch("membership", id);
  await db.updateTable("memberships").set({ role }).where("id", "=", id).where("ended_at", "is", null).execute();
}

/** Keeps the first instant, and takes the place of the host as the actor, as `suspendUser` does. */
async function suspendMembership(
  { db, change }: SqlContext,
  id: MembershipId,
  at: number,
  by: string,
): Promise<boolean> {
  change.touch("membership", id);
  const { numUpdatedRows } = await db
    .updateTable("memberships")
    .set(suspension(at, by))
    .where("id", "=", id)
    .where(IS_OPEN)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Ends every suspension, that of the host too. */
async function reinstateMembership({ db, change }: SqlContext, id: MembershipId): Promise<void> {
  change.touch("membership", id);
  await db
    .updateTable("memberships")
    .set({ suspended_at: null, suspended_by: null, host_suspended_at: null })
    .where("id", "=", id)
    .execute();
}

/** The host suspends the member, beside a suspension that somebody made here. */
async function holdMembership({ db, change }: SqlContext, id: MembershipId, at: number, by: string): Promise<void> {
  change.touch("membership", id);
  await db.updateTable("memberships").set(hold(at, by)).where("id", "=", id).execute();
}

/** The host ends its suspension. One that somebody made here stays. */
async function releaseMembership({ db, change }: SqlContext, id: MembershipId): Promise<void> {
  change.touch("membership", id);
  await db.updateTable("memberships").set(release()).where("id", "=", id).execute();
}

async function endMembership({ db, change }: SqlContext, id: MembershipId, at: number, by: string): Promise<void> {
  change.touch("membership", id);
  await db
    .updateTable("memberships")
    .set({ ended_at: at, ended_by: by })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .execute();
}

/**
 * Ends up to `limit` memberships of the organization, and returns how many. Uses memberships_newest. The
 * organization has ended, so no two of these calls meet and the memberships have no authority left.
 */
async function endMembershipsOfOrganization(
  { db }: SqlContext,
  organizationId: OrganizationId,
  at: number,
  by: string,
  limit: number,
): Promise<number> {
  const present = db
    .selectFrom("memberships")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("ended_at", "is", null)
    .limit(limit);
  const { numUpdatedRows } = await db
    .updateTable("memberships")
    .set({ ended_at: at, ended_by: by })
    .where("id", "in", present)
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

export interface MemberRow extends UserRow {
  membership_id: MembershipId;
  organization_id: OrganizationId;
  role: string;
  joined_at: number;
  membership_suspended_at: number | null;
  membership_held_at: number | null;
  ended_at: number | null;
  token_count: number;
}

type MemberScope = Tables & { mem: MembershipRow; usr: UserRow };

/** Present members with their users. Their active tokens are counted along personal_access_tokens_live_membership. */
export function selectMembers(
  db: Kysely<Tables>,
  organizationId: OrganizationId,
  now: number,
): SelectQueryBuilder<MemberScope, "mem" | "usr", MemberRow> {
  return (
    db
      .selectFrom("memberships as mem")
      .innerJoin("users as usr", "usr.id", "mem.user_id")
      .selectAll("usr")
      .select([
        "mem.id as membership_id",
        "mem.organization_id",
        "mem.role",
        "mem.joined_at",
        "mem.suspended_at as membership_suspended_at",
        "mem.host_suspended_at as membership_held_at",
        "mem.ended_at",
      ])
      .select(
        sql<number>`(
        select count(*) from personal_access_tokens pat
        where pat.membership_id = mem.id and pat.revoked_at is null
          and pat.generation >= mem.token_generation and usr.deleted_at is null
          and (pat.expires_at is null or pat.expires_at > ${now})
      )`.as("token_count"),
      )
      .where("mem.organization_id", "=", organizationId)
      .where("mem.ended_at", "is", null)
      // The memberships of a deleted organization end one after the other, but none of them is present any more.
      .where(sql<SqlBool>`(select deleted_at from organizations where id = ${organizationId}) is null`)
  );
}

export function toMember(row: MemberRow): MemberRecord {
  return {
    ...toMembership({
      ...row,
      id: row.membership_id,
      user_id: row.id,
      suspended_at: row.membership_suspended_at,
      host_suspended_at: row.membership_held_at,
    }),
    user: toUser(row),
    tokenCount: row.token_count,
  };
}

export function toMembership(
  row: Omit<MembershipRow, "suspended_by" | "ended_by" | "token_generation">,
): MembershipRecord {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    role: row.role,
    joinedAt: row.joined_at,
    suspendedAt: row.suspended_at,
    endedAt: row.ended_at,
    hostSuspendedAt: row.host_suspended_at,
  };
}

/**
 * Present members of the organization and their roles, by user id; `after` is the last one read. Reads in the order of
 * memberships_active.
 */
async function listMembersInOrder(
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
