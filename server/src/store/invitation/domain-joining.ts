// Joining an organization by a verified address of its domain, and the people who may not, because they were removed.
import { hash } from "node:crypto";
import { mailboxKey, type OrganizationId, type UserId } from "@mintmark/core";
import { sql, type SqlBool } from "kysely";
import type { UserRecord } from "../account/user.ts";
import { isBeyond, jsonRows, pageOf, rowsToRead, type SqlContext } from "../context.ts";
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

export const domainJoiningWrites = {
  setDomainJoining,
  clearDomainJoining,
  clearDomainJoiningsSetBy,
  rememberRemovals,
  rememberRemovedAddresses,
};

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
 * member. Those that removed the user are among them: see `wasRemoved`. Reads in the order of domain_joinings_domain, then
 * each organization by primary key; memberships_active excludes the rest.
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

/** Somebody else ended the membership, or it is suspended. Leaving is not a removal. */
const IS_REMOVAL = sql<SqlBool>`(mem.suspended_at is not null or (mem.ended_at is not null and mem.ended_by <> mem.user_id))`;

/**
 * Whether this person was removed from the organization or is suspended: this account, or any with a verified address of
 * the same mailbox, such as a sub-address, or an account that gave up the address. Uses users_email_key,
 * memberships_active, memberships_ended and the primary key of removed_addresses.
 */
async function wasRemoved(
  { db }: SqlContext,
  organizationId: OrganizationId,
  { id, email }: Pick<UserRecord, "id" | "email">,
): Promise<boolean> {
  const mailbox = mailboxKey(email);
  const at = mailbox.lastIndexOf("@");
  const [local, domain] = [mailbox.slice(0, at), mailbox.slice(at)];
  // Sub-addresses begin with "+", whose successor is ",".
  const ofMailbox = sql<UserId>`select id from users where id = ${id}
    union all select id from users where email_key = ${mailbox} and email_verified_at is not null
    union all select id from users where email_key > ${`${local}+`} and email_key < ${`${local},`}
      and email_key like ${`%${domain.replace(/[\\%_]/g, String.raw`\$&`)}`} escape '\\' and email_verified_at is not null`;
  const row = await db
    .selectFrom("memberships as mem")
    .innerJoin("users as usr", "usr.id", "mem.user_id")
    .select("mem.id")
    .where("mem.organization_id", "=", organizationId)
    .where("mem.user_id", "in", sql<UserId>`(${ofMailbox})`)
    .where((build) => build.or([IS_REMOVAL, build("usr.suspended_at", "is not", null)]))
    .limit(1)
    .executeTakeFirst();
  if (row !== undefined) return true;
  const remembered = await db
    .selectFrom("removed_addresses")
    .select("removed_at")
    .where("organization_id", "=", organizationId)
    .where("address_hash", "=", removedAddressHash(organizationId, email))
    .executeTakeFirst();
  return remembered !== undefined;
}

/**
 * Makes each organization that removed or suspended this person remember their present address, if it is verified, as a
 * hash. For an account that is about to give up the address. Uses memberships_ended_user and memberships_user.
 */
async function rememberRemovals(
  { db }: SqlContext,
  { id, email, emailVerifiedAt }: Pick<UserRecord, "id" | "email" | "emailVerifiedAt">,
  at: number,
): Promise<void> {
  // An address that was never proved may be another person's.
  if (emailVerifiedAt === null) return;
  const rows = await db
    .selectFrom("memberships as mem")
    .select("mem.organization_id")
    .distinct()
    .where("mem.user_id", "=", id)
    .where(IS_REMOVAL)
    .execute();
  const addresses = rows.map(({ organization_id: organizationId }) => ({ organizationId, email }));
  if (addresses.length > 0) await rememberRemovedAddresses({ db }, addresses, at);
}

/** Makes organizations remember addresses of a removed person, as hashes. Takes at least one. */
async function rememberRemovedAddresses(
  { db }: Pick<SqlContext, "db">,
  addresses: readonly { readonly organizationId: OrganizationId; readonly email: string }[],
  at: number,
): Promise<void> {
  const hashes = new Map(
    addresses.map(({ organizationId, email }) => [removedAddressHash(organizationId, email), organizationId]),
  );
  const values = [...hashes].map(([address, organizationId]) => [organizationId, address, at] as const);
  await db
    .insertInto("removed_addresses")
    .columns(["organization_id", "address_hash", "removed_at"])
    .expression(sql`${jsonRows(["text", "text", "bigint"], values)}`)
    .onConflict((conflict) => conflict.columns(["organization_id", "address_hash"]).doNothing())
    .execute();
}

function removedAddressHash(organizationId: OrganizationId, email: string): string {
  return hash("sha256", `${organizationId} ${mailboxKey(email)}`);
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
