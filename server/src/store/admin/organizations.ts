// Organizations as an instance admin sees them, without being a member.
import { type OrganizationId, OWNER_ROLE, type UserId } from "@mintmark/core";
import { type Expression, type Kysely, type RawBuilder, sql, type SqlBool } from "kysely";
import type { SqlContext } from "../bind.ts";
import { type MemberRecord, selectMembers, toMember } from "../member.ts";
import { type OrganizationRecord, toOrganization } from "../organization.ts";
import { containsText, isBeyond, pageOf, rowsToRead } from "../query.ts";
import type { Tables } from "../tables.ts";
import { ENDED_BY, LIVES_ON } from "../token/ending.ts";
import type { Page, PageRequest } from "../values.ts";

/** An organization from outside: what it is and how many are in it. */
export interface OrganizationSummary {
  readonly organization: OrganizationRecord;
  /** Present members, suspended ones included. */
  readonly memberCount: number;
  /** Owners whose membership and user are both unsuspended. */
  readonly activeOwnerCount: number;
  /** Tokens that are neither revoked nor expired. */
  readonly tokenCount: number;
  /** API keys that are neither revoked nor expired. */
  readonly apiKeyCount: number;
}

export interface OrganizationFilter {
  /** A part of the name, ignoring case; or the whole id. */
  readonly query: string | null;
  readonly state: "active" | "deleted" | "all";
  /** Personal ones alone, or only the others; `null`: both. */
  readonly personal: boolean | null;
  /** Only those that nobody can administer: no active owner is left. */
  readonly withoutOwner: boolean;
}

export const organizationSummaryReads = {
  listOrganizations,
  findOrganizationSummary,
  listOwners,
  countLiveTokensOfUser,
};

/**
 * Newest first; `now` decides which credentials have expired. In the order of organizations_newest, …_shared_newest
 * without the personal ones, …_deleted_newest for the deleted; a search reads along it until the page is full. What is
 * counted is counted for the rows of the page alone.
 */
async function listOrganizations(
  { db, json }: SqlContext,
  filter: OrganizationFilter,
  now: number,
  page: PageRequest,
): Promise<Page<OrganizationSummary>> {
  const { query: text, state, personal, withoutOwner } = filter;
  let query = db
    .selectFrom("organizations as org")
    .selectAll("org")
    .where(isBeyond(page.after, "org.created_at", "org.id"))
    .orderBy("org.created_at", "desc")
    .orderBy("org.id", "desc")
    .limit(rowsToRead(page));
  if (text !== null) {
    query = query.where(sql<SqlBool>`(${containsText(["org.name_key"], text)} or org.id = ${text})`);
  }
  if (state !== "all") query = query.where("org.deleted_at", state === "deleted" ? "is not" : "is", null);
  if (personal !== null) query = query.where("org.personal_of", personal ? "is not" : "is", null);
  if (withoutOwner)
    query = query.where("org.deleted_at", "is", null).where(sql<SqlBool>`not exists (
          select 1 from memberships mem where mem.organization_id = org.id and ${IS_ACTIVE_OWNER})`);
  const found = pageOf(
    await query.execute(),
    page,
    (row) => toOrganization(row, json),
    ({ createdAt, id }) => ({ at: createdAt, id }),
  );
  const counts = await countIn(db, found.items, now);
  return { ...found, items: found.items.map((organization) => ({ organization, ...counts(organization.id) })) };
}

/** Also a deleted one. By primary key. */
async function findOrganizationSummary(
  { db, json }: SqlContext,
  id: OrganizationId,
  now: number,
): Promise<OrganizationSummary | null> {
  const row = await db.selectFrom("organizations").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return null;
  const organization = toOrganization(row, json);
  return { organization, ...(await countIn(db, [organization], now))(id) };
}

/**
 * The present owners, suspended or not, latest joining first. In the order of memberships_owners; organizations have
 * few owners.
 */
async function listOwners(
  { db }: SqlContext,
  organizationId: OrganizationId,
  now: number,
): Promise<readonly MemberRecord[]> {
  const rows = await selectMembers(db, organizationId, now)
    .where("mem.role", "=", sql.lit(OWNER_ROLE))
    .orderBy("mem.joined_at", "desc")
    .orderBy("mem.id", "desc")
    .execute();
  return rows.map(toMember);
}

/**
 * How many tokens of the user are neither revoked nor expired, in each organization where there is one. By
 * personal_access_tokens_live_user; what each hangs from by primary key.
 */
async function countLiveTokensOfUser(
  { db }: SqlContext,
  userId: UserId,
  now: number,
): Promise<ReadonlyMap<OrganizationId, number>> {
  const rows = await db
    .selectFrom("personal_access_tokens as pat")
    .select(["pat.organization_id", sql<number>`count(*)`.as("live")])
    .where("pat.user_id", "=", userId)
    .where("pat.revoked_at", "is", null)
    .where(sql<SqlBool>`(pat.expires_at is null or pat.expires_at > ${now})`)
    .where(LIVES_ON)
    .groupBy("pat.organization_id")
    .execute();
  return new Map(rows.map((row) => [row.organization_id, row.live]));
}

/** By memberships_owners, then each user by primary key. The role is written out: the index is of owners alone. */
const IS_ACTIVE_OWNER = sql<SqlBool>`mem.role = ${sql.lit(OWNER_ROLE)} and mem.ended_at is null
  and mem.suspended_at is null and exists (
    select 1 from users usr where usr.id = mem.user_id and usr.suspended_at is null and usr.deleted_at is null)`;

/** The tokens that wait for their tombstones, but for those of deleted organizations. An id has 36 characters. */
function endedTokens(hangsFrom: RawBuilder<unknown>, isOfKind: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select pat.organization_id, pat.expires_order from follow_ups as ending
      join personal_access_tokens as pat on ${hangsFrom}
      join memberships as mem on mem.id = pat.membership_id
      join users as usr on usr.id = pat.user_id
      join organizations as org on org.id = pat.organization_id
    where ${isOfKind} and pat.revoked_at is null and ${ENDED_BY} = ending.subject`;
}

type Counts = Pick<OrganizationSummary, "memberCount" | "activeOwnerCount" | "tokenCount" | "apiKeyCount">;

/**
 * By memberships_active, memberships_owners, personal_access_tokens_live_expiry and api_keys_organization. The
 * organizations are named: beside one that holds most of what there is, PostgreSQL reads whole tables for each of the
 * others when it does not know which they are. Of a deleted one nothing is left, whatever has no tombstone yet; of the
 * others' tokens those are taken off that have ended and wait for it.
 */
async function countIn(
  db: Kysely<Tables>,
  organizations: readonly Pick<OrganizationRecord, "id" | "deletedAt">[],
  now: number,
): Promise<(id: OrganizationId) => Counts> {
  const ids = organizations.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id);
  const countBy = async (those: Expression<unknown>): Promise<(id: OrganizationId) => number> => {
    if (ids.length === 0) return () => 0;
    const { rows } = await sql<{ id: OrganizationId; count: number }>`
      select organization_id as id, count(*) as count ${those}
        and organization_id in (${sql.join(ids)}) group by organization_id`.execute(db);
    const counted = new Map(rows.map((row) => [row.id, row.count]));
    return (id) => counted.get(id) ?? 0;
  };
  const isLive = sql`revoked_at is null and (expires_at is null or expires_at > ${now})`;
  const members = await countBy(sql`from memberships where ended_at is null`);
  const owners = await countBy(sql`from memberships mem where ${IS_ACTIVE_OWNER}`);
  const tokens = await countBy(sql`from personal_access_tokens where revoked_at is null and expires_order > ${now}`);
  const ended = await countBy(sql`from (
    ${endedTokens(sql`pat.membership_id = substr(ending.subject, 1, 36)`, sql`ending.kind in ('membership', 'generation')`)}
    union all ${endedTokens(sql`pat.user_id = ending.subject`, sql`ending.kind = 'user'`)}
  ) as pat where pat.expires_order > ${now}`);
  const keys = await countBy(sql`from api_keys where ${isLive}`);
  return (id) => ({
    memberCount: members(id),
    activeOwnerCount: owners(id),
    tokenCount: tokens(id) - ended(id),
    apiKeyCount: keys(id),
  });
}
