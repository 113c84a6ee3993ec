// What counts toward each bound. Each statement walks an index and nothing that is over, so that it reads no more rows
// than the bound; on PostgreSQL the caller's lock keeps the count true until the transaction ends.
import type { LimitName, OrganizationId, UserId } from "@mintmark/core";
import { type RawBuilder, sql } from "kysely";
import type { SessionRecord } from "../account-port.ts";
import type { LimitReads, LimitWrites } from "../limit-port.ts";
import type { InvitationRecord } from "../member-port.ts";
import type { SqlContext } from "./context.ts";
import { toInvitation } from "./invitations.ts";
import { lockOpenSessions, toSession } from "./sessions.ts";

const SESSIONS_AT_ONCE = 200;

export function limitReads(context: SqlContext): LimitReads {
  return {
    countToward: async (limit, of, now) => {
      const { rows } = await sql<{ count: number }>`select count(*) as count ${COUNTED[limit](of, now)}`.execute(
        context.db,
      );
      return rows[0]?.count ?? 0;
    },
  };
}

export function limitWrites(context: SqlContext): LimitWrites {
  return {
    endSurplusSessions: (userId, rule) => endSurplusSessions(context, userId, rule),
    withdrawExpiredInvitations: (organizationId, at, limit) =>
      withdrawExpiredInvitations(context, organizationId, at, limit),
  };
}

const COUNTED: Readonly<Record<LimitName, (of: string, now: number) => RawBuilder<unknown>>> = {
  // By memberships_user, then each organization by primary key.
  organizationsOfPerson: (userId) => sql`from memberships mem join organizations org on org.id = mem.organization_id
    where mem.user_id = ${userId} and mem.ended_at is null and org.deleted_at is null and org.personal_of is null`,
  // By sessions_user.
  sessionsOfPerson: (userId, now) =>
    sql`from sessions where user_id = ${userId} and ended_at is null and expires_at > ${now}`,
  // By personal_access_tokens_live_of_membership.
  tokensOfMembership: (membershipId, now) => sql`from personal_access_tokens
    where membership_id = ${membershipId} and revoked_at is null and expires_order > ${now}
      and generation >= (select token_generation from memberships where id = ${membershipId})`,
  // By memberships_active.
  membersOfOrganization: (organizationId) =>
    sql`from memberships where organization_id = ${organizationId} and ended_at is null`,
  // By invitations_newest. Those whose time is over are withdrawn when there is no room for another.
  invitationsOfOrganization: (organizationId) => sql`from invitations
    where organization_id = ${organizationId} and accepted_at is null and withdrawn_at is null`,
  // By api_keys_live_expiry.
  apiKeysOfOrganization: (organizationId, now) => sql`from api_keys
    where organization_id = ${organizationId} and revoked_at is null and coalesce(expires_at, 999999999999999) > ${now}`,
  // By services_name.
  servicesOfInstance: () => sql`from services where revoked_at is null`,
};

/** By sessions_user. The user's row is locked by the caller. */
async function endSurplusSessions(
  context: SqlContext,
  userId: UserId,
  { keep, seenAfter, at }: { readonly keep: number; readonly seenAfter: number; readonly at: number },
): Promise<readonly SessionRecord[]> {
  const { db } = context;
  await lockOpenSessions(context, "user_id", userId);
  const open = db.selectFrom("sessions").where("user_id", "=", userId).where("ended_at", "is", null);
  const surplus = await open
    .selectAll()
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
  return surplus.map((row) => ({ ...toSession(row), endedAt: at }));
}

/** By invitations_newest. The organization's row is locked by the caller. */
async function withdrawExpiredInvitations(
  { db }: SqlContext,
  organizationId: OrganizationId,
  at: number,
  limit: number,
): Promise<readonly InvitationRecord[]> {
  const expired = db
    .selectFrom("invitations")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .where("expires_at", "<=", at)
    .limit(limit);
  const rows = await db
    .updateTable("invitations")
    .set({ withdrawn_at: at })
    .where("id", "in", expired)
    .returningAll()
    .execute();
  return rows.map(toInvitation);
}
