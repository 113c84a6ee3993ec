import { emailKey, type InvitationId, type MembershipId, type OrganizationId, type UserId } from "@mintmark/core";
import type { Hash } from "../credential-port.ts";
import type { InvitationIssuer, InvitationRecord, InvitationRenewal, NewInvitation } from "../member-port.ts";
import type { Page, PageRequest } from "../page.ts";
import type { InvitationRow } from "../tables.ts";
import type { SqlContext } from "./context.ts";
import { isBeyond, pageOf, rowsToRead } from "./paging.ts";

/** By invitations_hash. */
export async function findInvitationByHash({ db }: SqlContext, hash: Hash): Promise<InvitationRecord | null> {
  const row = await db.selectFrom("invitations").selectAll().where("hash", "=", hash).executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

/** By invitations_mailed_hash. */
export async function findInvitationByMailedHash({ db }: SqlContext, hash: Hash): Promise<InvitationRecord | null> {
  const row = await db.selectFrom("invitations").selectAll().where("mailed_hash", "=", hash).executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

/** By primary key. */
export async function findInvitation(
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

/** By invitations_pending. */
export async function findPendingInvitation(
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

/** In the order of invitations_newest. */
export async function listInvitations(
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

/** `Conflict("pending_invitation")` comes from invitations_pending. */
export async function insertInvitation({ db }: SqlContext, invitation: NewInvitation): Promise<void> {
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

/** Locks the invitation row, whatever its state. */
export async function lockInvitation(
  { db, locksRows }: SqlContext,
  id: InvitationId,
): Promise<InvitationRecord | null> {
  const row = await db
    .selectFrom("invitations")
    .selectAll()
    .where("id", "=", id)
    .$if(locksRows, (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

/** Only a pending invitation can be accepted; one that was withdrawn stays withdrawn. */
export async function acceptInvitation({ db }: SqlContext, id: InvitationId, at: number, by: UserId): Promise<void> {
  await db
    .updateTable("invitations")
    .set({ accepted_at: at, accepted_by: by })
    .where("id", "=", id)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .execute();
}

export async function withdrawInvitation({ db }: SqlContext, id: InvitationId, at: number): Promise<void> {
  await db
    .updateTable("invitations")
    .set({ withdrawn_at: at })
    .where("id", "=", id)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .execute();
}

export async function renewInvitation({ db }: SqlContext, id: InvitationId, renewal: InvitationRenewal): Promise<void> {
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

/** By invitations_issued. */
export async function withdrawInvitationsIssuedBy(
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

/** By invitations_newest. The organization's row is locked by the caller, or it has ended: no two of these meet. */
export async function withdrawInvitationsOfOrganization(
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

export function toInvitation(row: InvitationRow): InvitationRecord {
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
