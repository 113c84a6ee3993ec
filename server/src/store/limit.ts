// Counts for bounds and limits. Each count for a bound walks an index of live rows, so that it reads no more rows than the
// bound. On PostgreSQL the caller's lock keeps the count true until the transaction ends.
import type { BoundName } from "@mintmark/core";
import { type RawBuilder, sql } from "kysely";
import type { SqlContext } from "./context.ts";
import type { AttemptRow } from "./tables.ts";

export interface AttemptRecord {
  readonly count: number;
  /** When the present window began. */
  readonly since: number;
  /** The last counted attempt. */
  readonly lastAt: number;
}

export const limitReads = { countToward, findAttempts };

export const limitWrites = { countAttempt, clearAttempts, forgetAttempts };

/**
 * The count toward a bound: of this person, membership or organization; a bound of the instance ignores `of`. The count
 * is exact while the caller holds the lock that everyone who creates another one takes.
 */
async function countToward({ db }: SqlContext, limit: BoundName, of: string, now: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count ${COUNTED[limit](of, now)}`.execute(db);
  return rows[0]?.count ?? 0;
}

const COUNTED: Readonly<Record<BoundName, (of: string, now: number) => RawBuilder<unknown>>> = {
  // By memberships_user, then each organization by primary key.
  organizationsOfPerson: (userId) => sql`from memberships mem join organizations org on org.id = mem.organization_id
    where mem.user_id = ${userId} and mem.ended_at is null and org.deleted_at is null and org.personal_of is null`,
  // By sessions_user.
  sessionsOfPerson: (userId, now) =>
    sql`from sessions
      where user_id = ${userId} and hand_off_id is null and ended_at is null and expires_at > ${now}`,
  // By personal_access_tokens_live_of_membership.
  tokensOfMembership: (membershipId, now) => sql`from personal_access_tokens
    where membership_id = ${membershipId} and revoked_at is null and expires_order > ${now}
      and generation >= (select token_generation from memberships where id = ${membershipId})`,
  // By memberships_active.
  membersOfOrganization: (organizationId) =>
    sql`from memberships where organization_id = ${organizationId} and ended_at is null`,
  // By invitations_newest. Expired invitations are withdrawn when there is no room for another.
  invitationsOfOrganization: (organizationId) => sql`from invitations
    where organization_id = ${organizationId} and accepted_at is null and withdrawn_at is null`,
  // By api_keys_live_expiry.
  apiKeysOfOrganization: (organizationId, now) => sql`from api_keys
    where organization_id = ${organizationId} and revoked_at is null and coalesce(expires_at, 999999999999999) > ${now}`,
  // By services_name.
  servicesOfInstance: () => sql`from services where revoked_at is null`,
  // The table is small: it holds present webhooks, and for some minutes deleted ones.
  webhooksOfInstance: () => sql`from webhooks where deleted_at is null`,
};

/** Failures counted under a key since its window began; `null` when there are none. */
async function findAttempts({ db }: SqlContext, key: string): Promise<AttemptRecord | null> {
  const row = await db.selectFrom("attempts").selectAll().where("key", "=", key).executeTakeFirst();
  return row === undefined ? null : toAttempts(row);
}

/**
 * Counts one attempt under a key and returns the count within the present window. A window that began `windowMs` or
 * more before `now` is over, and counting starts again. One statement, so that no two attempts count as one: the second
 * waits for the row of the first and then sees its count.
 */
async function countAttempt({ db }: SqlContext, key: string, windowMs: number, now: number): Promise<AttemptRecord> {
  const isOver = sql<boolean>`attempts.window_began_at <= ${now - windowMs}`;
  const row = await db
    .insertInto("attempts")
    .values({ key, count: 1, window_began_at: now, last_at: now })
    .onConflict((conflict) =>
      conflict.column("key").doUpdateSet({
        count: sql`case when ${isOver} then 1 else attempts.count + 1 end`,
        window_began_at: sql`case when ${isOver} then excluded.window_began_at else attempts.window_began_at end`,
        last_at: sql`case when attempts.last_at > excluded.last_at then attempts.last_at else excluded.last_at end`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return toAttempts(row);
}

async function clearAttempts({ db }: SqlContext, key: string): Promise<void> {
  await db.deleteFrom("attempts").where("key", "=", key).execute();
}

/**
 * Deletes the attempts under every key that was last counted before `before`, except keys that begin with `except`.
 * Uses attempts_last.
 */
async function forgetAttempts({ db }: SqlContext, before: number, except?: string): Promise<void> {
  const old = db.deleteFrom("attempts").where("last_at", "<", before);
  if (except === undefined) await old.execute();
  else await old.where(sql<string>`substr(key, 1, ${sql.lit(except.length)})`, "<>", except).execute();
}

function toAttempts(row: AttemptRow): AttemptRecord {
  return { count: row.count, since: row.window_began_at, lastAt: row.last_at };
}
