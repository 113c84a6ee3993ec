// Users, organizations and members by the ids of the host. Many are read or locked by one statement, so that an import
// costs few round trips.
import type { OrganizationId, UserId } from "@mintmark/core";
import { sql, type SqlBool } from "kysely";
import { toUser, type UserRecord } from "../account/user.ts";
import { containsText, isBeyond, jsonRows, jsonTexts, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import { type MembershipRecord, toMembership } from "../member.ts";
import { type OrganizationRecord, toOrganization } from "../organization.ts";
import type { Page, PageRequest } from "../values.ts";

export interface DirectoryFilter {
  readonly source: string;
  /** A part of the name or email, ignoring case, or the whole id. */
  readonly query: string | null;
}

/** A present member whom the source knows. */
export interface DirectoryMember extends MembershipRecord {
  readonly externalId: string;
}

export const directoryReads = {
  findUsersByExternalIds,
  findOrganizationsByExternalIds,
  findMemberships,
  findAddressesInUse,
  countOrganizationsOfUsers,
  listDirectoryUsers,
  listDirectoryOrganizations,
  listDirectoryMembers,
};

export const directoryWrites = { lockOrganizations, lockUsers };

/** Those that are not deleted. Uses users_external. */
async function findUsersByExternalIds(
  { db }: SqlContext,
  source: string,
  externalIds: readonly string[],
): Promise<readonly UserRecord[]> {
  if (externalIds.length === 0) return [];
  const rows = await db
    .selectFrom("users")
    .selectAll()
    .where("external_source", "=", source)
    .where("external_id", "in", sql<string>`(${jsonTexts(externalIds)})`)
    .where("deleted_at", "is", null)
    .execute();
  return rows.map(toUser);
}

/** Those that are not deleted. Uses organizations_external. */
async function findOrganizationsByExternalIds(
  { db, json }: SqlContext,
  source: string,
  externalIds: readonly string[],
): Promise<readonly OrganizationRecord[]> {
  if (externalIds.length === 0) return [];
  const rows = await db
    .selectFrom("organizations")
    .selectAll()
    .where("external_source", "=", source)
    .where("external_id", "in", sql<string>`(${jsonTexts(externalIds)})`)
    .where("deleted_at", "is", null)
    .execute();
  return rows.map((row) => toOrganization(row, json));
}

/** The present memberships of these pairs. Uses memberships_active. */
async function findMemberships(
  { db }: SqlContext,
  pairs: readonly { readonly organizationId: OrganizationId; readonly userId: UserId }[],
): Promise<readonly MembershipRecord[]> {
  if (pairs.length === 0) return [];
  const wanted = jsonRows(
    ["text", "text"],
    pairs.map(({ organizationId, userId }) => [organizationId, userId]),
  );
  const rows = await db
    .selectFrom("memberships")
    .selectAll()
    .where(sql<SqlBool>`(organization_id, user_id) in (${wanted})`)
    .where("ended_at", "is", null)
    .execute();
  return rows.map(toMembership);
}

/** Those of the email keys that an account has. Uses users_email_key. */
async function findAddressesInUse({ db }: SqlContext, keys: readonly string[]): Promise<readonly string[]> {
  if (keys.length === 0) return [];
  const rows = await db
    .selectFrom("users")
    .select("email_key")
    .where("email_key", "in", sql<string>`(${jsonTexts(keys)})`)
    .execute();
  return rows.flatMap(({ email_key: key }) => key ?? []);
}

/** In how many organizations each of the users is, not counting the personal one. Uses memberships_user. */
async function countOrganizationsOfUsers(
  { db }: SqlContext,
  ids: readonly UserId[],
): Promise<ReadonlyMap<UserId, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("memberships as mem")
    .innerJoin("organizations as org", "org.id", "mem.organization_id")
    .select(["mem.user_id", sql<number>`count(*)`.as("count")])
    .where("mem.user_id", "in", sql<UserId>`(${jsonTexts(ids)})`)
    .where("mem.ended_at", "is", null)
    .where("org.deleted_at", "is", null)
    .where("org.personal_of", "is", null)
    .groupBy("mem.user_id")
    .execute();
  return new Map(rows.map((row) => [row.user_id, row.count]));
}

/** Users of the source, newest first. Reads in the order of users_external_newest. */
async function listDirectoryUsers(
  { db }: SqlContext,
  { source, query: text }: DirectoryFilter,
  page: PageRequest,
): Promise<Page<UserRecord>> {
  let query = db
    .selectFrom("users")
    .selectAll()
    .where("external_source", "=", source)
    .where("external_id", "is not", null)
    .where("deleted_at", "is", null)
    .where(isBeyond(page.after, "created_at", "id"))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(rowsToRead(page));
  if (text !== null)
    query = query.where(sql<SqlBool>`(${containsText(["name_key", "email_key"], text)} or id = ${text})`);
  return pageOf(await query.execute(), page, toUser, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/** Organizations of the source, newest first. Reads in the order of organizations_external_newest. */
async function listDirectoryOrganizations(
  { db, json }: SqlContext,
  { source, query: text }: DirectoryFilter,
  page: PageRequest,
): Promise<Page<OrganizationRecord>> {
  let query = db
    .selectFrom("organizations")
    .selectAll()
    .where("external_source", "=", source)
    .where("external_id", "is not", null)
    .where("deleted_at", "is", null)
    .where(isBeyond(page.after, "created_at", "id"))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(rowsToRead(page));
  if (text !== null) query = query.where(sql<SqlBool>`(${containsText(["name_key"], text)} or id = ${text})`);
  const toItem = (row: Parameters<typeof toOrganization>[0]): OrganizationRecord => toOrganization(row, json);
  return pageOf(await query.execute(), page, toItem, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/**
 * Present members of the organization whom the source knows, by user id; `after` is the last one read. Reads in the
 * order of memberships_active.
 */
async function listDirectoryMembers(
  { db }: SqlContext,
  source: string,
  organizationId: OrganizationId,
  { limit, after }: { readonly limit: number; readonly after: UserId | null },
): Promise<readonly DirectoryMember[]> {
  let query = db
    .selectFrom("memberships as mem")
    .innerJoin("users as usr", "usr.id", "mem.user_id")
    .selectAll("mem")
    .select("usr.external_id as user_external_id")
    .where("mem.organization_id", "=", organizationId)
    .where("mem.ended_at", "is", null)
    .where("usr.external_source", "=", source);
  if (after !== null) query = query.where("mem.user_id", ">", after);
  const rows = await query.orderBy("mem.user_id").limit(limit).execute();
  return rows.map((row) => ({ ...toMembership(row), externalId: row.user_external_id ?? "" }));
}

/** Locks the rows exclusively, by id. The result leaves out organizations that are not there. */
async function lockOrganizations(
  { db, json, locksRows }: SqlContext,
  ids: readonly OrganizationId[],
): Promise<readonly OrganizationRecord[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("organizations")
    .selectAll()
    .where("id", "in", sql<OrganizationId>`(${jsonTexts(ids)})`)
    .orderBy("id")
    .$if(locksRows, (query) => query.forNoKeyUpdate())
    .execute();
  return rows.map((row) => toOrganization(row, json));
}

/** Locks the rows of users, by id. */
async function lockUsers({ db, locksRows }: SqlContext, ids: readonly UserId[]): Promise<readonly UserRecord[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("users")
    .selectAll()
    .where("id", "in", sql<UserId>`(${jsonTexts(ids)})`)
    .orderBy("id")
    .$if(locksRows, (query) => query.forNoKeyUpdate())
    .execute();
  return rows.map(toUser);
}
