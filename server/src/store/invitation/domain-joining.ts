// Joining an organization by a verified address of its domain.
import type { OrganizationId, UserId } from "@mintmark/core";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { DomainJoiningRow } from "../tables.ts";
import type { Page, PageRequest } from "../values.ts";

export interface DomainJoiningRecord {
  readonly organizationId: OrganizationId;
  /** In lower case. */
  readonly domain: string;
  /** The role of people who join. */
  readonly role: string;
  readonly setAt: number;
  readonly setBy: UserId;
}

/** An organization that a person may join, as lists show it. */
export interface JoinableRecord extends DomainJoiningRecord {
  readonly organizationName: string;
}

export const domainJoiningReads = { findDomainJoining, listJoinableOrganizations, wasRemoved };

export const domainJoiningWrites = { setDomainJoining, clearDomainJoining, clearDomainJoiningsSetBy };

/** Uses the primary key. */
async function findDomainJoining(
  { db }: SqlContext,
  organizationId: OrganizationId,
): Promise<DomainJoiningRecord | null> {
  const row = await db
    .selectFrom("domain_joinings")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  return row === undefined ? null : toDomainJoining(row);
}

/**
 * Organizations (not deleted) that are open to this domain, latest setting first, without those where the user is a
 * member and those that somebody else removed the user from. Reads in the order of domain_joinings_domain, then each
 * organization by primary key; memberships_active and memberships_ended exclude the rest.
 */
async function listJoinableOrganizations(
  { db }: SqlContext,
  { userId, domain }: { readonly userId: UserId; readonly domain: string },
  page: PageRequest,
): Promise<Page<JoinableRecord>> {
  const rows = await db
    .selectFrom("domain_joinings as joining")
    .innerJoin("organizations as org", "org.id", "joining.organization_id")
    .selectAll("joining")
    .select("org.name as organization_name")
    .where("joining.domain", "=", domain)
    .where("org.deleted_at", "is", null)
    .where((build) =>
      build.not(
        build.exists(
          build
            .selectFrom("memberships as mem")
            .select("mem.id")
            .whereRef("mem.organization_id", "=", "joining.organization_id")
            .where("mem.user_id", "=", userId)
            .where("mem.ended_at", "is", null),
        ),
      ),
    )
    .where((build) =>
      build.not(
        build.exists(
          build
            .selectFrom("memberships as gone")
            .select("gone.id")
            .whereRef("gone.organization_id", "=", "joining.organization_id")
            .where("gone.user_id", "=", userId)
            .where("gone.ended_at", "is not", null)
            .where("gone.ended_by", "<>", userId),
        ),
      ),
    )
    .where(isBeyond(page.after, "joining.set_at", "joining.organization_id"))
    .orderBy("joining.set_at", "desc")
    .orderBy("joining.organization_id", "desc")
    .limit(rowsToRead(page))
    .execute();
  return pageOf(
    rows,
    page,
    (row) => ({ ...toDomainJoining(row), organizationName: row.organization_name }),
    ({ setAt, organizationId }) => ({ at: setAt, id: organizationId }),
  );
}

/** Whether somebody else ended a membership of this user there. Leaving is not a removal. Uses memberships_ended. */
async function wasRemoved({ db }: SqlContext, organizationId: OrganizationId, userId: UserId): Promise<boolean> {
  const row = await db
    .selectFrom("memberships")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("user_id", "=", userId)
    .where("ended_at", "is not", null)
    .where("ended_by", "<>", userId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Opens the organization to a domain, and replaces the earlier domain. */
async function setDomainJoining({ db }: SqlContext, joining: DomainJoiningRecord): Promise<void> {
  const values = { domain: joining.domain, role: joining.role, set_at: joining.setAt, set_by: joining.setBy };
  await db
    .insertInto("domain_joinings")
    .values({ organization_id: joining.organizationId, ...values })
    .onConflict((conflict) => conflict.column("organization_id").doUpdateSet(values))
    .execute();
}

async function clearDomainJoining({ db }: SqlContext, organizationId: OrganizationId): Promise<void> {
  await db.deleteFrom("domain_joinings").where("organization_id", "=", organizationId).execute();
}

/**
 * Closes every organization that this user opened, and returns the former settings. Scans the table: few organizations
 * are open to a domain.
 */
async function clearDomainJoiningsSetBy({ db }: SqlContext, userId: UserId): Promise<readonly DomainJoiningRecord[]> {
  const rows = await db.deleteFrom("domain_joinings").where("set_by", "=", userId).returningAll().execute();
  return rows.map(toDomainJoining);
}

function toDomainJoining(row: DomainJoiningRow): DomainJoiningRecord {
  return {
    organizationId: row.organization_id,
    domain: row.domain,
    role: row.role,
    setAt: row.set_at,
    setBy: row.set_by,
  };
}
