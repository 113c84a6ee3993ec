// Invitations to an organization by email address.
import {
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

/** The two links of one invitation. Both lead to the same invitation and end together. */
export interface InvitationLinks {
  /** Hash of the link that is shown for copying. It proves nothing about its holder. */
  readonly hash: Hash;
  /** Hash of the link in the email. Its holder reads the mail of the address. Absent when no email is sent. */
  readonly mailedHash?: Hash | null;
}

/** The fields that change when an invitation is sent again. */
export interface InvitationRenewal extends InvitationIssuer, InvitationLinks {
  readonly expiresAt: number;
}

export interface NewInvitation extends Omit<InvitationRecord, "acceptedAt" | "withdrawnAt">, InvitationLinks {}

export const invitationReads = {
  findInvitationByHash,
  findInvitationByMailedHash,
  findInvitation,
  findPendingInvitation,
  listInvitations,
  listInvitationsIssuedBy,
};

export const invitationWrites = {
  insertInvitation,
  lockInvitation,
  acceptInvitation,
  withdrawInvitation,
  renewInvitation,
  withdrawInvitationsIssuedBy,
  withdrawInvitationsOfOrganization,
  withdrawExpiredInvitations,
};

/** Finds it by the link that is shown for copying. Uses invitations_hash. */
async function findInvitationByHash({ db }: SqlContext, hash: Hash): Promise<InvitationRecord | null> {
  const row = await db.selectFrom("invitations").selectAll().where("hash", "=", hash).executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

/** Finds it by the link in the email. Uses invitations_mailed_hash. */
async function findInvitationByMailedHash({ db }: SqlContext, hash: Hash): Promise<InvitationRecord | null> {
  const row = await db.selectFrom("invitations").selectAll().where("mailed_hash", "=", hash).executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
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
      mailed_hash: invitation.mailedHash ?? null,
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

/** Gives the invitation new links, a new expiry, and the sender as its issuer. Both old links stop working. */
async function renewInvitation({ db }: SqlContext, id: InvitationId, renewal: InvitationRenewal): Promise<void> {
  await db
    .updateTable("invitations")
    .set({
      hash: renewal.hash,
      mailed_hash: renewal.mailedHash ?? null,
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
