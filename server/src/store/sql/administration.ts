import { type OrganizationId, OWNER_ROLE, type UserId } from "@mintmark/core";
import { type Expression, type Kysely, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import type { OrganizationFilter, OrganizationSummary } from "../administration-port.ts";
import type { MemberRecord } from "../member-port.ts";
import type { Page, PageRequest } from "../page.ts";
import type { OrganizationRow, Tables } from "../tables.ts";
import type { SqlContext } from "./context.ts";
import { selectMembers, toMember } from "./memberships.ts";
import { toOrganization } from "./organizations.ts";
import { containsText, isBeyond, pageOf, rowsToRead } from "./paging.ts";
import type { StoredJson } from "./stored-json.ts";

/**
 * In the order of organizations_newest, …_shared_newest without the personal ones, …_deleted_newest for the deleted;
 * a search reads along it until the page is full. What is counted is counted for the rows of the page alone.
 */
export async function listOrganizations(
  { db, json }: SqlContext,
  filter: OrganizationFilter,
  now: number,
  page: PageRequest,
): Promise<Page<OrganizationSummary>> {
  const { query: text, state, personal, withoutOwner } = filter;
  let query = selectSummaries(db, now)
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
    query = query.where("org.deleted_at", "is", null).where(sql<SqlBool>`not exists (select 1 ${ACTIVE_OWNERS})`);
  return pageOf(
    await query.execute(),
    page,
    (row) => toSummary(row, json),
    ({ organization }) => ({ at: organization.createdAt, id: organization.id }),
  );
}

/** By primary key. */
export async function findOrganizationSummary(
  { db, json }: SqlContext,
  id: OrganizationId,
  now: number,
): Promise<OrganizationSummary | null> {
  const row = await selectSummaries(db, now).where("org.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toSummary(row, json);
}

/** In the order of memberships_owners; organizations have few owners. */
export async function listOwners(
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

/** By personal_access_tokens_live_user. */
export async function countLiveTokensOfUser(
  { db }: SqlContext,
  userId: UserId,
  now: number,
): Promise<ReadonlyMap<OrganizationId, number>> {
  const rows = await db
    .selectFrom("personal_access_tokens")
    .select(["organization_id", sql<number>`count(*)`.as("live")])
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .where(sql<SqlBool>`(expires_at is null or expires_at > ${now})`)
    .groupBy("organization_id")
    .execute();
  return new Map(rows.map((row) => [row.organization_id, row.live]));
}

/** An appointment that already stands keeps its instant. */
export async function appointInstanceAdmin({ db }: SqlContext, id: UserId, at: number): Promise<void> {
  await db
    .updateTable("users")
    .set({ instance_admin_at: at })
    .where("id", "=", id)
    .where("instance_admin_at", "is", null)
    .where("deleted_at", "is", null)
    .execute();
}

export async function dismissInstanceAdmin({ db }: SqlContext, id: UserId): Promise<void> {
  await db.updateTable("users").set({ instance_admin_at: null }).where("id", "=", id).execute();
}

/** By memberships_owners, then each user by primary key. The role is written out: the index is of owners alone. */
const ACTIVE_OWNERS = sql`
  from memberships mem join users usr on usr.id = mem.user_id
  where mem.organization_id = org.id and mem.role = ${sql.lit(OWNER_ROLE)} and mem.ended_at is null
    and mem.suspended_at is null and usr.suspended_at is null and usr.deleted_at is null`;

interface SummaryRow extends OrganizationRow {
  member_count: number;
  active_owner_count: number;
  token_count: number;
  api_key_count: number;
}

/** Counted by memberships_active, memberships_owners, personal_access_tokens_live_organization and api_keys_organization. */
function selectSummaries(
  db: Kysely<Tables>,
  now: number,
): SelectQueryBuilder<Tables & { org: OrganizationRow }, "org", SummaryRow> {
  const isLive = sql`revoked_at is null and (expires_at is null or expires_at > ${now})`;
  const count = (those: Expression<unknown>) => sql<number>`(select count(*) ${those})`;
  return db
    .selectFrom("organizations as org")
    .selectAll("org")
    .select([
      count(sql`from memberships where organization_id = org.id and ended_at is null`).as("member_count"),
      count(ACTIVE_OWNERS).as("active_owner_count"),
      count(sql`from personal_access_tokens where organization_id = org.id and ${isLive}`).as("token_count"),
      count(sql`from api_keys where organization_id = org.id and ${isLive}`).as("api_key_count"),
    ]);
}

function toSummary(row: SummaryRow, json: StoredJson): OrganizationSummary {
  return {
    organization: toOrganization(row, json),
    memberCount: row.member_count,
    activeOwnerCount: row.active_owner_count,
    tokenCount: row.token_count,
    apiKeyCount: row.api_key_count,
  };
}
