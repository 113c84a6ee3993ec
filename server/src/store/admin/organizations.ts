// Organizations as an instance admin sees them, without being a member.
import { type OrganizationId, OWNER_ROLE, type UserId } from "@mintmark/core";
import { type Expression, type Kysely, type RawBuilder, sql, type SqlBool } from "kysely";
import { containsText, isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import { type MemberRecord, selectMembers, toMember } from "../member.ts";
import { type OrganizationRecord, toOrganization } from "../organization.ts";
import type { Tables } from "../tables.ts";
import { ENDED_BY, HAS_NOT_ENDED } from "../token/ending.ts";
import type { Page, PageRequest } from "../values.ts";

/** An organization as an outsider sees it: its record and the counts of what it has. */
export interface OrganizationSummary {
  readonly organization: OrganizationRecord;
  /** Present members, including suspended ones. */
  readonly memberCount: number;
  /** Owners whose membership and user are both not suspended. */
  readonly activeOwnerCount: number;
  /** Tokens that are neither revoked nor expired. */
  readonly tokenCount: number;
  /** API keys that are neither revoked nor expired. */
  readonly apiKeyCount: number;
}

export interface OrganizationFilter {
  /** A part of the name, ignoring case, or the whole id. */
  readonly query: string | null;
  readonly state: "active" | "deleted" | "all";
  /** `true`: only personal ones; `false`: only the others; `null`: both. */
  readonly personal: boolean | null;
  /** Only organizations without an active owner, which nobody can administer. */
  readonly withoutOwner: boolean;
}

export const organizationSummaryReads = {
  listOrganizations,
  findOrganizationSummary,
  listOwners,
  countTokensOfUser,
};

/** The tokens of a person in one organization. */
export interface TokenCounts {
  /** Neither revoked nor expired. */
  readonly live: number;
  /** Not revoked, expired ones included: as many as the revocation of all of them revokes. */
  readonly unrevoked: number;
}

/**
 * Newest first; `now` decides which credentials have expired. Reads in the order of organizations_newest,
 * organizations_shared_newest (without personal ones) or organizations_deleted_newest. A search reads along the index
 * until the page is full. Only the rows of the page are counted.
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

/** Returns a deleted organization too. Uses the primary key. */
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
 * The present owners, suspended or not, latest joining first. Reads in the order of memberships_owners; organizations
 * have few owners.
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
 * The numbers of the user's tokens, for each organization with one that is not revoked. Uses
 * personal_access_tokens_live_user, and primary keys for the membership, user and organization of each.
 */
async function countTokensOfUser(
  { db }: SqlContext,
  userId: UserId,
  now: number,
): Promise<ReadonlyMap<OrganizationId, TokenCounts>> {
  const rows = await db
    .selectFrom("personal_access_tokens as pat")
    .select([
      "pat.organization_id",
      sql<number>`sum(case when pat.expires_at is null or pat.expires_at > ${now} then 1 else 0 end)`.as("live"),
      sql<number>`count(*)`.as("unrevoked"),
    ])
    .where("pat.user_id", "=", userId)
    .where("pat.revoked_at", "is", null)
    .where(HAS_NOT_ENDED)
    .groupBy("pat.organization_id")
    .execute();
  return new Map(rows.map(({ organization_id, ...counts }) => [organization_id, counts]));
}

/**
 * Uses memberships_owners, then the primary key of each user. The role is a literal, since the index holds owners only.
 */
const IS_ACTIVE_OWNER = sql<SqlBool>`mem.role = ${sql.lit(OWNER_ROLE)} and mem.ended_at is null
  and mem.suspended_at is null and exists (
    select 1 from users usr where usr.id = mem.user_id and usr.suspended_at is null and usr.deleted_at is null)`;

/**
 * Tokens that have ended and have no tombstone yet, without those of deleted organizations. An id has 36 characters.
 */
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
 * Uses memberships_active, memberships_owners, personal_access_tokens_live_expiry and api_keys_organization. The
 * statement names the organizations: if it does not, and one organization holds most rows, PostgreSQL reads whole
 * tables for each of the others. The counts of a deleted organization are zero, whichever rows still lack a tombstone.
 * For the others, tokens that have ended and have no tombstone yet are subtracted.
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
