import type { OrganizationId, TokenPolicy, UserId } from "@mintmark/core";
import type { MembershipRecord, OrganizationRecord } from "../member-port.ts";
import type { OrganizationRow } from "../tables.ts";
import type { SqlContext } from "./context.ts";
import { toMembership } from "./memberships.ts";
import { searchText } from "./paging.ts";
import type { StoredJson } from "./stored-json.ts";

/** By primary key. */
export async function findOrganization(
  { db, json }: SqlContext,
  id: OrganizationId,
): Promise<OrganizationRecord | null> {
  const row = await db.selectFrom("organizations").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : toOrganization(row, json);
}

/** By organizations_personal_of. */
export async function findPersonalOrganization(
  { db, json }: SqlContext,
  userId: UserId,
): Promise<OrganizationRecord | null> {
  const row = await db.selectFrom("organizations").selectAll().where("personal_of", "=", userId).executeTakeFirst();
  return row === undefined ? null : toOrganization(row, json);
}

/** By memberships_user, then each organization by primary key. People have few, so they are sorted here. */
export async function listOrganizationsOfUser(
  { db, json }: SqlContext,
  userId: UserId,
): Promise<readonly { readonly organization: OrganizationRecord; readonly membership: MembershipRecord }[]> {
  const rows = await db
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
      "mem.ended_at",
    ])
    .where("mem.user_id", "=", userId)
    .where("mem.ended_at", "is", null)
    .where("org.deleted_at", "is", null)
    .execute();
  return rows
    .map((row) => ({
      organization: toOrganization(row, json),
      membership: toMembership({ ...row, id: row.membership_id }),
    }))
    .sort((a, b) => byPersonalThenName(a.organization, b.organization));
}

function byPersonalThenName(a: OrganizationRecord, b: OrganizationRecord): number {
  if ((a.personalOf === null) !== (b.personalOf === null)) return a.personalOf === null ? 1 : -1;
  return a.name.localeCompare(b.name, "en") || (a.id < b.id ? -1 : 1);
}

/** Locks the organization row; `shared` holders do not wait for one another. */
export async function lockOrganization(
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

export async function insertOrganization(
  { db }: SqlContext,
  organization: {
    readonly id: OrganizationId;
    readonly name: string;
    readonly personalOf: UserId | null;
    readonly createdAt: number;
  },
): Promise<void> {
  await db
    .insertInto("organizations")
    .values({
      id: organization.id,
      name: organization.name,
      name_key: searchText(organization.name),
      personal_of: organization.personalOf,
      policy: null,
      created_at: organization.createdAt,
      deleted_at: null,
      deleted_by: null,
      audit_retention_days: null,
      audit_retention_effective_at: null,
      audit_retention_until_then_days: null,
    })
    .execute();
}

export async function renameOrganization({ db }: SqlContext, id: OrganizationId, name: string): Promise<void> {
  await db
    .updateTable("organizations")
    .set({ name, name_key: searchText(name) })
    .where("id", "=", id)
    .execute();
}

export async function setPolicy({ db }: SqlContext, id: OrganizationId, policy: TokenPolicy): Promise<void> {
  await db
    .updateTable("organizations")
    .set({ policy: JSON.stringify(policy) })
    .where("id", "=", id)
    .execute();
}

export async function deleteOrganization(
  { db }: SqlContext,
  id: OrganizationId,
  at: number,
  by: string,
): Promise<void> {
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
    policy: json.policyOf(row.policy),
  };
}
