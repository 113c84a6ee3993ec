// Invitations to an organization by email address.
import {
  type EmailId,
  emailKey,
  type InvitationId,
  type MembershipId,
  type OrganizationId,
  type TokenId,
  type UserId,
} from "@mintmark/core";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { InvitationRow } from "../tables.ts";
import type { Hash, Page, PageRequest } from "../values.ts";

/** The issuer of an invitation, on whose authority it can be accepted. */
export interface InvitationIssuer {
  /** The membership that issued it; when the membership ends, the invitation is withdrawn. `null` for an API key. */
  readonly invitedByMembershipId: MembershipId | null;
  /** The token through which the member issued it; `null` for a browser session and for an API key. */
  readonly invitedByTokenId: TokenId | null;
  /** The user or the API key. */
  readonly invitedBy: { readonly id: string; readonly name: string };
}

export interface InvitationRecord extends InvitationIssuer {
  readonly id: InvitationId;
  readonly organizationId: OrganizationId;
  readonly email: string;
  readonly role: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly acceptedAt: number | null;
  readonly withdrawnAt: number | null;
}

/** The fields that change when an invitation is sent again. */
export interface InvitationRenewal extends InvitationIssuer {
  /** Hash of the link that is shown for copying. It proves nothing about its holder. Emailed links have their own rows. */
  readonly hash: Hash;
  readonly expiresAt: number;
}

export interface NewInvitation extends Omit<InvitationRecord, "acceptedAt" | "withdrawnAt"> {
  /** Hash of the link that is shown for copying. */
  readonly hash: Hash;
}

export const invitationReads = {
  findInvitationByHash,
  findInvitationByMailedHash,
  findInvitation,
  findPendingInvitation,
  listInvitations,
  listInvitationsIssuedBy,
};

export const invitationWrites = {
  forgetInvitedAddresses,
  insertInvitation,
  lockInvitation,
  acceptInvitation,
  withdrawInvitation,
  renewInvitation,
  insertMailedLink,
  endMailedLinks,
  forgetMailedLinks,
  withdrawInvitationsIssuedBy,
  withdrawInvitationsOfOrganization,
  withdrawExpiredInvitations,
};

/** Finds it by the link that is shown for copying. Uses invitations_hash. */
async function findInvitationByHash({ db }: SqlContext, hash: Hash): Promise<InvitationRecord | null> {
  const row = await db.selectFrom("invitations").selectAll().where("hash", "=", hash).executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

/** Finds it by a link that was emailed. Uses the primary keys, or invitations_mailed_hash for a link of the previous version. */
async function findInvitationByMailedHash({ db }: SqlContext, hash: Hash): Promise<InvitationRecord | null> {
  const link = await db
    .selectFrom("invitation_links")
    .select("invitation_id")
    .where("hash", "=", hash)
    .executeTakeFirst();
  const found = db.selectFrom("invitations").selectAll();
  const row = await (
    link === undefined ? found.where("mailed_hash", "=", hash) : found.where("id", "=", link.invitation_id)
  ).executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

async function insertMailedLink(
  { db }: SqlContext,
  link: {
    readonly hash: Hash;
    readonly invitationId: InvitationId;
    readonly emailId: EmailId;
    readonly createdAt: number;
  },
): Promise<void> {
  const { hash, invitationId, emailId, createdAt } = link;
  await db
    .insertInto("invitation_links")
    .values({ hash, invitation_id: invitationId, email_id: emailId, created_at: createdAt })
    .execute();
}

/** Ends the emailed links to the invitation, except those of one email. Uses invitation_links_invitation. */
async function endMailedLinks({ db }: SqlContext, id: InvitationId, except: EmailId | null): Promise<void> {
  const links = db.deleteFrom("invitation_links").where("invitation_id", "=", id);
  await (except === null ? links : links.where("email_id", "<>", except)).execute();
  await db
    .updateTable("invitations")
    .set({ mailed_hash: null })
    .where("id", "=", id)
    .where("mailed_hash", "is not", null)
    .execute();
}

/** Deletes up to `limit` emailed links from before `before`, and returns how many. Uses invitation_links_oldest. */
async function forgetMailedLinks({ db }: SqlContext, before: number, limit: number): Promise<number> {
  const old = db
    .selectFrom("invitation_links")
    .select("hash")
    .where("created_at", "<", before)
    .orderBy("created_at")
    .limit(limit);
  const { numDeletedRows } = await db.deleteFrom("invitation_links").where("hash", "in", old).executeTakeFirst();
  return Number(numDeletedRows);
}

/** Uses the primary key. */
async function findInvitation(
  { db }: SqlContext,
  organizationId: OrganizationId,
  id: InvitationId,
): Promise<InvitationRecord | null> {
  const row = await db
    .selectFrom("invitations")
    .selectAll()
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

/** The invitation of this address that is neither accepted nor withdrawn, expired or not. Uses invitations_pending. */
async function findPendingInvitation(
  { db }: SqlContext,
  organizationId: OrganizationId,
  email: string,
): Promise<InvitationRecord | null> {
  const row = await db
    .selectFrom("invitations")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("email_key", "=", emailKey(email))
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

/**
 * Invitations that are neither accepted nor withdrawn, including expired ones. Reads in the order of
 * invitations_newest.
 */
async function listInvitations(
  { db }: SqlContext,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<InvitationRecord>> {
  const rows = await db
    .selectFrom("invitations")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .where(isBeyond(page.after, "created_at", "id"))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(rowsToRead(page))
    .execute();
  return pageOf(rows, page, toInvitation, (invitation) => ({ at: invitation.createdAt, id: invitation.id }));
}

/** Throws `Conflict("pending_invitation")` when the address already has one (invitations_pending). */
async function insertInvitation({ db }: SqlContext, invitation: NewInvitation): Promise<void> {
  await db
    .insertInto("invitations")
    .values({
      id: invitation.id,
      hash: invitation.hash,
      mailed_hash: null,
      organization_id: invitation.organizationId,
      email: invitation.email,
      email_key: emailKey(invitation.email),
      role: invitation.role,
      ...issuerColumns(invitation),
      created_at: invitation.createdAt,
      expires_at: invitation.expiresAt,
      accepted_at: null,
      accepted_by: null,
      withdrawn_at: null,
    })
    .execute();
}

/** Locks the row of the invitation, in any state. */
async function lockInvitation({ db, locksRows }: SqlContext, id: InvitationId): Promise<InvitationRecord | null> {
  const row = await db
    .selectFrom("invitations")
    .selectAll()
    .where("id", "=", id)
    .$if(locksRows, (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

/** Accepts a pending invitation only. A withdrawn one stays withdrawn. */
async function acceptInvitation({ db }: SqlContext, id: InvitationId, at: number, by: UserId): Promise<void> {
  await db
    .updateTable("invitations")
    .set({ accepted_at: at, accepted_by: by })
    .where("id", "=", id)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .execute();
}

async function withdrawInvitation({ db }: SqlContext, id: InvitationId, at: number): Promise<void> {
  await db
    .updateTable("invitations")
    .set({ withdrawn_at: at })
    .where("id", "=", id)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .execute();
}

/** Gives the invitation a new link to copy, a new expiry, and the sender as its issuer. The old link to copy stops working. */
async function renewInvitation({ db }: SqlContext, id: InvitationId, renewal: InvitationRenewal): Promise<void> {
  await db
    .updateTable("invitations")
    .set({
      hash: renewal.hash,
      expires_at: renewal.expiresAt,
      ...issuerColumns(renewal),
    })
    .where("id", "=", id)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .execute();
}

/** Returns the withdrawn invitations in their new state. Uses invitations_issued. */
async function withdrawInvitationsIssuedBy(
  { db }: SqlContext,
  membershipId: MembershipId,
  at: number,
): Promise<readonly InvitationRecord[]> {
  const rows = await db
    .updateTable("invitations")
    .set({ withdrawn_at: at })
    .where("invited_by_membership_id", "=", membershipId)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .returningAll()
    .execute();
  return rows.map(toInvitation);
}

/**
 * Withdraws up to `limit` pending invitations of the organization, and returns how many. Uses invitations_newest. The
 * caller holds the lock of the organization, or the organization has ended, so no two of these calls meet.
 */
async function withdrawInvitationsOfOrganization(
  { db }: SqlContext,
  organizationId: OrganizationId,
  at: number,
  limit: number,
): Promise<number> {
  const pending = db
    .selectFrom("invitations")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .limit(limit);
  const { numUpdatedRows } = await db
    .updateTable("invitations")
    .set({ withdrawn_at: at })
    .where("id", "in", pending)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

function issuerColumns({ invitedByMembershipId, invitedByTokenId, invitedBy }: InvitationIssuer) {
  return {
    invited_by_membership_id: invitedByMembershipId,
    invited_by_token_id: invitedByTokenId,
    invited_by_id: invitedBy.id,
    invited_by_name: invitedBy.name,
  };
}

function toInvitation(row: InvitationRow): InvitationRecord {
  return {
    id: row.id,
    organizationId: row.organization_id,
    email: row.email,
    role: row.role,
    invitedByMembershipId: row.invited_by_membership_id,
    invitedByTokenId: row.invited_by_token_id,
    invitedBy: { id: row.invited_by_id, name: row.invited_by_name },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    acceptedAt: row.accepted_at,
    withdrawnAt: row.withdrawn_at,
  };
}

/**
 * Invitations that this membership issued and that are neither accepted nor withdrawn. The end of the membership
 * withdraws them. Uses invitations_issued.
 */
async function listInvitationsIssuedBy({ db }: SqlContext, id: MembershipId): Promise<readonly InvitationRecord[]> {
  const rows = await db
    .selectFrom("invitations")
    .selectAll()
    .where("invited_by_membership_id", "=", id)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .execute();
  return rows.map(toInvitation);
}

/**
 * Withdraws up to `limit` expired invitations, and returns them. Uses invitations_newest. The caller holds the lock of
 * the organization.
 */
async function withdrawExpiredInvitations(
  { db }: SqlContext,
  organizationId: OrganizationId,
  at: number,
  limit: number,
): Promise<readonly InvitationRecord[]> {
  const expired = db
    .selectFrom("invitations")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .where("expires_at", "<=", at)
    .limit(limit);
  const rows = await db
    .updateTable("invitations")
    .set({ withdrawn_at: at })
    .where("id", "in", expired)
    .returningAll()
    .execute();
  return rows.map(toInvitation);
}

/**
 * Takes the addresses out of invitations to them that nobody can accept any more, and returns their ids. Uses
 * invitations_address.
 */
async function forgetInvitedAddresses(
  { db }: SqlContext,
  addresses: readonly string[],
  now: number,
): Promise<readonly InvitationId[]> {
  if (addresses.length === 0) return [];
  const rows = await db
    .updateTable("invitations")
    .set((build) => ({ email: "", email_key: build.ref("id") }))
    .where("email_key", "in", addresses.map(emailKey))
    .where((build) =>
      build.or([
        build("accepted_at", "is not", null),
        build("withdrawn_at", "is not", null),
        build("expires_at", "<=", now),
      ]),
    )
    .returning("id")
    .execute();
  return rows.map(({ id }) => id);
}
