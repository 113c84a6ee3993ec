// Tokens that end with something else: their organization, user or membership, or a generation of the membership. One
// row says so, and verification reads it, so the tokens' authority is over with the commit of that row. Their tombstones
// follow in small steps. Until then, every query for a token's state uses the conditions of this file.
import type { MembershipId, OrganizationId, TokenId, UserId } from "@mintmark/core";
import { type RawBuilder, sql, type SqlBool } from "kysely";
import { isBeyond, jsonTexts, rowsToRead, type SqlContext, type Revocation, tombstoneOf } from "../context.ts";
import type { Cursor, PageRequest } from "../values.ts";
import { BY_ID, type RevokedRef } from "../verification.ts";

/** The row that records the end. A generation is all tokens that a membership had at one moment. */
export type Ended =
  | { readonly kind: "organization"; readonly id: OrganizationId }
  | { readonly kind: "user"; readonly id: UserId }
  | { readonly kind: "membership"; readonly id: MembershipId }
  | { readonly kind: "generation"; readonly id: MembershipId; readonly generation: number };

export interface EndedToken extends RevokedRef {
  readonly id: TokenId;
}

/** A user who loses tokens by an end: how many, and the newest of them. */
export interface EndedHolder {
  readonly userId: UserId;
  readonly count: number;
  readonly named: readonly { readonly id: TokenId; readonly name: string }[];
}

export const tokenEndingReads = { countUnrevokedTokens, countGeneration, countKeysAndInvitations, listEndedHolders };

export const tokenEndingWrites = { raiseTokenGeneration, revokeEndedTokens };

/**
 * Whether a token without a tombstone has ended together with its membership, user or organization. `pat`, `mem`, `usr`
 * and `org` are in scope.
 */
export const HAS_ENDED: RawBuilder<SqlBool> = sql<SqlBool>`(pat.generation < mem.token_generation
  or mem.ended_at is not null or usr.deleted_at is not null or org.deleted_at is not null)`;

/** The opposite, where only `pat` is in scope. Every join is by primary key. */
export const HAS_NOT_ENDED: RawBuilder<SqlBool> = sql<SqlBool>`exists (
  select 1 from memberships as mem
    join users as usr on usr.id = mem.user_id
    join organizations as org on org.id = mem.organization_id
  where mem.id = pat.membership_id and not ${HAS_ENDED})`;

/**
 * 1 when a credential without a tombstone has ended. The table of the credential is in scope by its name. Uses the
 * primary key.
 */
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

/**
 * The subject of the follow-up that will leave the tombstone of an ended token; `null` for an active one. It is the
 * earliest end, and of several at one instant the user's before the organization's before the membership's. Core's
 * `evaluate()` has the same order.
 */
export const ENDED_BY: RawBuilder<string | null> = sql<string | null>`case
  when pat.generation < mem.token_generation then pat.membership_id || '/' || pat.generation
  when usr.deleted_at <= coalesce(org.deleted_at, usr.deleted_at)
    and usr.deleted_at <= coalesce(mem.ended_at, usr.deleted_at) then usr.id
  when org.deleted_at <= coalesce(mem.ended_at, org.deleted_at) then org.id
  when mem.ended_at is not null then mem.id end`;

/**
 * Tokens without a tombstone that depend on the ended row, counted up to `limit`. Uses
 * personal_access_tokens_live_organization, …_live_user or …_live_membership.
 */
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
      // Tokens of an earlier generation ended before the membership did.
      return sql`pat.membership_id = ${of.id}
        and pat.generation >= (select token_generation from memberships where id = ${of.id})`;
    case "generation":
      return sql`pat.membership_id = ${of.id} and pat.generation = ${of.generation}`;
  }
}

/**
 * The generation of tokens minted under the membership now, and the number of its tokens, counted up to `limit`. Uses
 * the primary key, then personal_access_tokens_live_membership.
 */
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

/**
 * The numbers of the organization's keys that are not revoked and of its pending invitations. Uses api_keys_live and
 * invitations_newest.
 */
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

/**
 * Ends all tokens of the present generation of the membership. The caller holds the lock of the membership or of its
 * organization. Uses the primary key.
 */
async function raiseTokenGeneration({ db, change }: SqlContext, id: MembershipId): Promise<void> {
  change.touch("membership", id);
  await db
    .updateTable("memberships")
    .set({ token_generation: sql`token_generation + 1` })
    .where("id", "=", id)
    .execute();
}

/**
 * Looks at up to `limit` members after the user `after`. Returns those with tokens that this end, and no earlier one,
 * ended and that have no tombstone yet. `next` is `null` when no members are left. The end of an account has no
 * holders. Reads members by memberships_active or the primary key, and their tokens by
 * personal_access_tokens_live_membership. The statement does not name the organization: SQLite would then read all of
 * its tokens.
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

/** The tokens without a tombstone that this end, and no earlier one, ended, among the given ones. */
function tokensEndedBy(of: Ended, among: RawBuilder<SqlBool>): RawBuilder<unknown> {
  return sql`from personal_access_tokens as pat
    join memberships as mem on ${BY_ID.membership}
    join users as usr on ${BY_ID.user}
    join organizations as org on ${BY_ID.organization}
    where ${among} and pat.revoked_at is null
      and ${of.kind === "generation" ? sql`pat.generation = ${of.generation}` : sql`${ENDED_BY} = ${of.id}`}`;
}

/**
 * Leaves a tombstone on up to `limit` tokens that this end, and no earlier one, ended, newest first after `after`. The
 * verdict on them changes only where these are all tokens of a generation that was not ended before: few tokens end by their
 * tombstones alone.
 * Returns those that had none; `next` is `null` when no more are left. Uses personal_access_tokens_live_organization,
 * …_user_newest or …_live_membership. Locks the tokens in the order of their ids before it changes any, like every
 * other change of several tokens.
 */
async function revokeEndedTokens(
  { db, locksRows, change }: SqlContext,
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
  if (of.kind === "generation") change.touch("membership", of.id);
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
