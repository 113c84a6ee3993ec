// Organizations. A deleted one stays as a tombstone.
import type { OrganizationId, TokenPolicy, UserId } from "@mintmark/core";
import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { jsonRows, searchText, type SqlContext, type StoredJson } from "./context.ts";
import { type MembershipRecord, toMembership } from "./member.ts";
import type { MembershipRow, OrganizationRow, Tables } from "./tables.ts";
import type { External, Page, PageRequest } from "./values.ts";

export interface OrganizationRecord {
  readonly id: OrganizationId;
  readonly name: string;
  /** The user whose personal organization this is; `null` for others. */
  readonly personalOf: UserId | null;
  readonly createdAt: number;
  readonly deletedAt: number | null;
  /** The id by which the host or another source knows the organization, and that source; both `null` for a local one. */
  readonly externalId: string | null;
  readonly externalSource: string | null;
  /** Always complete: the default policy where the organization set none. */
  readonly policy: TokenPolicy;
}

/** An organization and a user's membership in it. */
export interface OwnOrganization {
  readonly organization: OrganizationRecord;
  readonly membership: MembershipRecord;
}

export const organizationReads = {
  findOrganization,
  findOrganizationByExternalId,
  findPersonalOrganization,
  listOrganizationsOfUser,
  findOrganizationOfUser,
  pageOrganizationsOfUser,
};

export const organizationWrites = {
  lockOrganization,
  insertOrganization,
  insertOrganizations,
  renameOrganization,
  deleteOrganization,
};

/** Returns a deleted organization too; the caller checks `deletedAt`. Uses the primary key. */
async function findOrganization({ db, json }: SqlContext, id: OrganizationId): Promise<OrganizationRecord | null> {
  const row = await db.selectFrom("organizations").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : toOrganization(row, json);
}

/** Looks among organizations that are not deleted. Uses organizations_external. */
async function findOrganizationByExternalId(
  { db, json }: SqlContext,
  { source, id }: External,
): Promise<OrganizationRecord | null> {
  const row = await db
    .selectFrom("organizations")
    .selectAll()
    .where("external_source", "=", source)
    .where("external_id", "=", id)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : toOrganization(row, json);
}

/** Uses organizations_personal_of. */
async function findPersonalOrganization({ db, json }: SqlContext, userId: UserId): Promise<OrganizationRecord | null> {
  const row = await db.selectFrom("organizations").selectAll().where("personal_of", "=", userId).executeTakeFirst();
  return row === undefined ? null : toOrganization(row, json);
}

/**
 * Organizations (not deleted) with the user's present membership in each, by name, personal first. Uses
 * memberships_user, then each organization by primary key. People have few, so they are sorted here.
 */
async function listOrganizationsOfUser({ db, json }: SqlContext, userId: UserId): Promise<readonly OwnOrganization[]> {
  const rows = await selectOwn(db, userId).execute();
  return rows.map((row) => toOwn(row, json)).sort((a, b) => byPersonalThenName(a.organization, b.organization));
}

/** The one of them with this id, or `null`. Uses the primary key, then memberships_active. */
async function findOrganizationOfUser(
  { db, json }: SqlContext,
  userId: UserId,
  id: OrganizationId,
): Promise<OwnOrganization | null> {
  const row = await selectOwn(db, userId)
    .where("org.id", "=", id)
    .where("mem.organization_id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : toOwn(row, json);
}

/**
 * A page of them in the same order, of those whose name contains the query, with the number on all pages. `null` when
 * the cursor is not among them (any more). Reads only the names of all, by memberships_user and primary keys, and sorts
 * them; then reads the rows of the page by primary key.
 */
async function pageOrganizationsOfUser(
  { db, json }: SqlContext,
  userId: UserId,
  query: string | null,
  { limit, after }: PageRequest,
): Promise<(Page<OwnOrganization> & { readonly count: number }) | null> {
  const all = await db
    .selectFrom("memberships as mem")
    .innerJoin("organizations as org", "org.id", "mem.organization_id")
    .select(["org.id", "org.name", "org.name_key", "org.personal_of as personalOf", "org.created_at"])
    .where("mem.user_id", "=", userId)
    .where("mem.ended_at", "is", null)
    .where("org.deleted_at", "is", null)
    .execute();
  const wanted = query === null ? null : searchText(query);
  const sorted = all.filter(({ name_key }) => wanted === null || name_key.includes(wanted)).sort(byPersonalThenName);
  const start = after === null ? 0 : sorted.findIndex(({ id }) => id === after.id) + 1;
  if (after !== null && start === 0) return null;
  const shown = sorted.slice(start, start + limit);
  const last = shown.at(-1);
  const next =
    last !== undefined && start + limit < sorted.length ? { at: last.created_at, id: last.id as string } : null;
  if (shown.length === 0) return { items: [], next, count: sorted.length };
  const ids = shown.map(({ id }) => id);
  const rows = await selectOwn(db, userId).where("mem.organization_id", "in", ids).execute();
  const found = new Map(rows.map((row) => [row.id, toOwn(row, json)]));
  // An organization that the user left between the two reads is not shown.
  return { items: ids.flatMap((id) => found.get(id) ?? []), next, count: sorted.length };
}

type OwnRow = OrganizationRow &
  Omit<MembershipRow, "id" | "suspended_by" | "ended_by" | "token_generation"> & {
    readonly membership_id: MembershipRow["id"];
  };

function selectOwn(
  db: Kysely<Tables>,
  userId: UserId,
): SelectQueryBuilder<Tables & { mem: MembershipRow; org: OrganizationRow }, "mem" | "org", OwnRow> {
  return db
    .selectFrom("memberships as mem")
    .innerJoin("organizations as org", "org.id", "mem.organization_id")
    .selectAll("org")
    .select([
      "mem.id as membership_id",
      "mem.organization_id",
      "mem.user_id",
      "mem.role",
      "mem.joined_at",
      "mem.suspended_at",
      "mem.host_suspended_at",
      "mem.ended_at",
    ])
    .where("mem.user_id", "=", userId)
    .where("mem.ended_at", "is", null)
    .where("org.deleted_at", "is", null);
}

function toOwn(row: OwnRow, json: StoredJson): OwnOrganization {
  return { organization: toOrganization(row, json), membership: toMembership({ ...row, id: row.membership_id }) };
}

const BY_NAME = new Intl.Collator("en");

function byPersonalThenName(
  a: Pick<OrganizationRecord, "id" | "name" | "personalOf">,
  b: Pick<OrganizationRecord, "id" | "name" | "personalOf">,
): number {
  if ((a.personalOf === null) !== (b.personalOf === null)) return a.personalOf === null ? 1 : -1;
  return BY_NAME.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}

/**
 * Locks the row of the organization. `exclusive` is for changes of its members, its policy or anything it has a bound
 * for (invitations, keys). `shared` is for work that must not run beside such a change (minting); `shared` holders do
 * not wait for one another.
 */
async function lockOrganization(
  { db, json, locksRows }: SqlContext,
  id: OrganizationId,
  mode: "exclusive" | "shared",
): Promise<OrganizationRecord | null> {
  const row = await db
    .selectFrom("organizations")
    .selectAll()
    .where("id", "=", id)
    .$if(locksRows && mode === "exclusive", (query) => query.forNoKeyUpdate())
    .$if(locksRows && mode === "shared", (query) => query.forShare())
    .executeTakeFirst();
  return row === undefined ? null : toOrganization(row, json);
}

export interface NewOrganization {
  readonly id: OrganizationId;
  readonly name: string;
  readonly personalOf: UserId | null;
  readonly createdAt: number;
  readonly external?: External;
}

/** Throws `Conflict("organization_external_id")` when another one has the external id (organizations_external). */
function insertOrganization(context: SqlContext, organization: NewOrganization): Promise<void> {
  return insertOrganizations(context, [organization]);
}

/** The same for several organizations. */
async function insertOrganizations({ db }: SqlContext, organizations: readonly NewOrganization[]): Promise<void> {
  if (organizations.length === 0) return;
  const rows = organizations.map(({ id, name, personalOf, createdAt, external }) => [
    id,
    name,
    searchText(name),
    personalOf,
    createdAt,
    external?.source ?? null,
    external?.id ?? null,
  ]);
  await db
    .insertInto("organizations")
    .columns(["id", "name", "name_key", "personal_of", "created_at", "external_source", "external_id"])
    .expression(sql`${jsonRows(["text", "text", "text", "text", "bigint", "text", "text"], rows)}`)
    .execute();
}

async function renameOrganization({ db, change }: SqlContext, id: OrganizationId, name: string): Promise<void> {
  change.touch("organization", id);
  await db
    .updateTable("organizations")
    .set({ name, name_key: searchText(name) })
    .where("id", "=", id)
    .execute();
}

/** Leaves a tombstone. The caller ends memberships, credentials and invitations in the same transaction. */
async function deleteOrganization(
  { db, change }: SqlContext,
  id: OrganizationId,
  at: number,
  by: string,
): Promise<void> {
  change.touch("organization", id);
  await db
    .updateTable("organizations")
    .set({ deleted_at: at, deleted_by: by })
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .execute();
}

export function toOrganization(row: OrganizationRow, json: StoredJson): OrganizationRecord {
  return {
    id: row.id,
    name: row.name,
    personalOf: row.personal_of,
    createdAt: row.created_at,
    deletedAt: row.deleted_at,
    externalId: row.external_id,
    externalSource: row.external_source,
    policy: json.policyOf(row.policy),
  };
}
