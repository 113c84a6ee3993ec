import type { MembershipId, OrganizationId, TokenId, UserId } from "@mintmark/core";
import { type RawBuilder, sql, type SqlBool } from "kysely";
import type { Revocation } from "../credential-port.ts";
import type { Ended, EndedHolder, EndedToken, FollowUp, FollowUpReads, FollowUpWrites } from "../follow-up-port.ts";
import type { Cursor, PageRequest } from "../page.ts";
import type { SqlContext } from "./context.ts";
import { jsonTexts } from "./json-rows.ts";
import { isBeyond, rowsToRead } from "./paging.ts";
import { tombstoneOf } from "./revocation.ts";
import { BY_ID } from "./row-numbers.ts";

export function followUpReads(context: SqlContext): FollowUpReads {
  return {
    countUnrevokedTokens: (of, limit) => countUnrevokedTokens(context, of, limit),
    countGeneration: (id, limit) => countGeneration(context, id, limit),
    countKeysAndInvitations: (id) => countKeysAndInvitations(context, id),
    listEndedHolders: (of, page) => listEndedHolders(context, of, page),
  };
}

export function followUpWrites(context: SqlContext): FollowUpWrites {
  return {
    raiseTokenGeneration: (id) => raiseTokenGeneration(context, id),
    revokeEndedTokens: (of, revocation, page) => revokeEndedTokens(context, of, revocation, page),
    insertFollowUp: (followUp) => insertFollowUp(context, followUp),
    claimFollowUp: (except) => claimFollowUp(context, except),
    saveFollowUp: (subject, progress) => saveFollowUp(context, subject, progress),
    finishFollowUp: (subject) => finishFollowUp(context, subject),
  };
}

/** Whether a token without a tombstone has ended with what it hangs from. `pat`, `mem`, `usr` and `org` are in scope. */
export const HAS_ENDED: RawBuilder<SqlBool> = sql<SqlBool>`(pat.generation < mem.token_generation
  or mem.ended_at is not null or usr.deleted_at is not null or org.deleted_at is not null)`;

/** The same, turned round, where only `pat` is in scope. Every join is by primary key. */
export const LIVES_ON: RawBuilder<SqlBool> = sql<SqlBool>`exists (
  select 1 from memberships as mem
    join users as usr on usr.id = mem.user_id
    join organizations as org on org.id = mem.organization_id
  where mem.id = pat.membership_id and not ${HAS_ENDED})`;

/** By primary key: 1 when a credential without a tombstone has ended. Its own table is in scope by its name. */
export function hasEnded(kind: "pat" | "api_key"): RawBuilder<number> {
  return kind === "pat"
    ? sql<number>`(select case when ${HAS_ENDED} then 1 else 0 end from personal_access_tokens as pat
        join memberships as mem on ${BY_ID.membership}
        join users as usr on ${BY_ID.user}
        join organizations as org on ${BY_ID.organization}
      where pat.id = personal_access_tokens.id)`
    : sql<number>`(select case when deleted_at is null then 0 else 1 end from organizations
      where organizations.id = api_keys.organization_id)`;
}

/** Whether anything is still to be put on record. The table is empty most of the time. */
export async function hasFollowUps({ db }: SqlContext): Promise<boolean> {
  return (await db.selectFrom("follow_ups").select("subject").limit(1).executeTakeFirst()) !== undefined;
}

/**
 * The subject of the follow-up that will leave the tombstone of a token that has ended, `null` of one that lives: what
 * ended first, and of several at one instant the person before the organization before the membership. Core's
 * `judge()` has the same order.
 */
export const ENDED_BY: RawBuilder<string | null> = sql<string | null>`case
  when pat.generation < mem.token_generation then pat.membership_id || '/' || pat.generation
  when usr.deleted_at <= coalesce(org.deleted_at, usr.deleted_at)
    and usr.deleted_at <= coalesce(mem.ended_at, usr.deleted_at) then usr.id
  when org.deleted_at <= coalesce(mem.ended_at, org.deleted_at) then org.id
  when mem.ended_at is not null then mem.id end`;

/** By personal_access_tokens_live_organization, …_live_user or …_live_membership. */
async function countUnrevokedTokens({ db }: SqlContext, of: Ended, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (
    select 1 from personal_access_tokens as pat where ${hangsFrom(of)} and pat.revoked_at is null limit ${limit}
  ) as unrevoked`.execute(db);
  return rows[0]?.count ?? 0;
}

function hangsFrom(of: Ended): RawBuilder<SqlBool> {
  switch (of.kind) {
    case "organization":
      return sql`pat.organization_id = ${of.id}`;
    case "user":
      return sql`pat.user_id = ${of.id}`;
    case "membership":
      return sql`pat.membership_id = ${of.id}`;
    case "generation":
      return sql`pat.membership_id = ${of.id} and pat.generation = ${of.generation}`;
  }
}

/** By primary key, then by personal_access_tokens_live_membership. */
async function countGeneration(
  context: SqlContext,
  id: MembershipId,
  limit: number,
): Promise<{ readonly generation: number; readonly count: number }> {
  const { token_generation: generation } = await context.db
    .selectFrom("memberships")
    .select("token_generation")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return { generation, count: await countUnrevokedTokens(context, { kind: "generation", id, generation }, limit) };
}

/** By api_keys_live and invitations_newest. */
async function countKeysAndInvitations(
  { db }: SqlContext,
  id: OrganizationId,
): Promise<{ readonly apiKeys: number; readonly invitations: number }> {
  const { rows } = await sql<{ apiKeys: number; invitations: number }>`select
    (select count(*) from api_keys where organization_id = ${id} and revoked_at is null) as "apiKeys",
    (select count(*) from invitations
      where organization_id = ${id} and accepted_at is null and withdrawn_at is null) as invitations`.execute(db);
  return rows[0] ?? { apiKeys: 0, invitations: 0 };
}

/** By primary key. */
async function raiseTokenGeneration({ db }: SqlContext, id: MembershipId): Promise<void> {
  await db
    .updateTable("memberships")
    .set({ token_generation: sql`token_generation + 1` })
    .where("id", "=", id)
    .execute();
}

/**
 * The members by memberships_active, or by primary key; their tokens by personal_access_tokens_live_membership. Nothing
 * is said of their organization: along its index SQLite would look through all of its tokens.
 */
async function listEndedHolders(
  { db }: SqlContext,
  of: Ended,
  { limit, after, named }: { readonly limit: number; readonly after: UserId | null; readonly named: number },
): Promise<{ readonly holders: readonly EndedHolder[]; readonly next: UserId | null }> {
  if (of.kind === "user") return { holders: [], next: null };
  let members = db.selectFrom("memberships").select(["id", "user_id"]).orderBy("user_id").limit(limit);
  if (of.kind !== "organization") members = members.where("id", "=", of.id);
  else members = members.where("organization_id", "=", of.id).where("ended_at", "is", null);
  if (after !== null) members = members.where("user_id", ">", after);
  const page = await members.execute();
  const { rows } = await sql<{ userId: UserId; id: TokenId; name: string; count: number }>`
    select "userId", id, name, count from (
      select pat.user_id as "userId", pat.id, pat.name,
        count(*) over (partition by pat.membership_id) as count,
        row_number() over (partition by pat.membership_id order by pat.created_at desc, pat.id desc) as place
      ${tokensEndedBy(of, sql`pat.membership_id in (${jsonTexts(page.map(({ id }) => id))})`)}
    ) as held where place <= ${named} order by "userId", place
  `.execute(db);
  const holders = new Map<UserId, { userId: UserId; count: number; named: { id: TokenId; name: string }[] }>();
  for (const { userId, id, name, count } of rows) {
    const holder = holders.get(userId) ?? { userId, count, named: [] };
    holder.named.push({ id, name });
    holders.set(userId, holder);
  }
  return { holders: [...holders.values()], next: page.length < limit ? null : (page.at(-1)?.user_id ?? null) };
}

/** The tokens without a tombstone that this end, and no earlier one, ended, among those that are looked at. */
function tokensEndedBy(of: Ended, among: RawBuilder<SqlBool>): RawBuilder<unknown> {
  return sql`from personal_access_tokens as pat
    join memberships as mem on ${BY_ID.membership}
    join users as usr on ${BY_ID.user}
    join organizations as org on ${BY_ID.organization}
    where ${among} and pat.revoked_at is null
      and ${of.kind === "generation" ? sql`pat.generation = ${of.generation}` : sql`${ENDED_BY} = ${of.id}`}`;
}

/**
 * By personal_access_tokens_live_organization, …_user_newest or …_live_membership. They are locked in the order of their
 * ids before any is changed, like wherever several tokens are locked.
 */
async function revokeEndedTokens(
  { db, locksRows }: SqlContext,
  of: Ended,
  revocation: Revocation,
  page: PageRequest,
): Promise<{ readonly revoked: readonly EndedToken[]; readonly next: Cursor | null }> {
  const { rows } = await sql<EndedToken & { readonly at: number }>`
    select pat.id, pat.name, pat.prefix, pat.organization_id as "organizationId", pat.created_at as at
    ${tokensEndedBy(of, hangsFrom(of))} and ${isBeyond(page.after, "pat.created_at", "pat.id")}
    order by pat.created_at desc, pat.id desc limit ${rowsToRead(page)}
  `.execute(db);
  const found = rows.slice(0, page.limit);
  const last = found.at(-1);
  if (last === undefined) return { revoked: [], next: null };
  const ids = jsonTexts(found.map(({ id }) => id));
  if (locksRows) {
    await sql`select id from personal_access_tokens where id in (${ids}) order by id for no key update`.execute(db);
  }
  const written = await db
    .updateTable("personal_access_tokens")
    .set(tombstoneOf(revocation))
    .where("id", "in", sql<TokenId>`(${ids})`)
    .where("revoked_at", "is", null)
    .returning("id")
    .execute();
  const hadNone = new Set(written.map(({ id }) => id));
  return {
    revoked: found.filter(({ id }) => hadNone.has(id)).map(({ at: _at, ...token }) => token),
    next: rows.length > page.limit ? { at: last.at, id: last.id } : null,
  };
}

async function insertFollowUp({ db }: SqlContext, followUp: FollowUp): Promise<void> {
  const { subject, kind, at, reason, by, details, progress } = followUp;
  await db
    .insertInto("follow_ups")
    .values({
      subject,
      kind,
      at,
      reason,
      actor_kind: by.kind,
      actor_id: by.id,
      actor_name: by.name,
      details: JSON.stringify(details),
      progress: progress === null ? null : JSON.stringify(progress),
    })
    .execute();
}

/** There are few, so they are sorted. The row stays locked until the transaction ends; no other lock is taken before it. */
async function claimFollowUp({ db, locksRows }: SqlContext, except: readonly string[]): Promise<FollowUp | null> {
  let query = db.selectFrom("follow_ups").selectAll().orderBy("at").orderBy("subject").limit(1);
  if (except.length > 0) query = query.where("subject", "not in", except);
  if (locksRows) query = query.forUpdate().skipLocked();
  const row = await query.executeTakeFirst();
  if (row === undefined) return null;
  return {
    subject: row.subject,
    kind: row.kind,
    at: row.at,
    reason: row.reason,
    by: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    details: JSON.parse(row.details) as FollowUp["details"],
    progress: row.progress === null ? null : (JSON.parse(row.progress) as FollowUp["progress"]),
  };
}

/** By primary key. */
async function saveFollowUp(
  { db }: SqlContext,
  subject: string,
  progress: NonNullable<FollowUp["progress"]>,
): Promise<void> {
  await db
    .updateTable("follow_ups")
    .set({ progress: JSON.stringify(progress) })
    .where("subject", "=", subject)
    .execute();
}

/** By primary key. */
async function finishFollowUp({ db }: SqlContext, subject: string): Promise<void> {
  await db.deleteFrom("follow_ups").where("subject", "=", subject).execute();
}
