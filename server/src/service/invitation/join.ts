import { emailKey, type UserId } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type { MembershipRecord, OrganizationRecord, Transaction, UserRecord } from "../../store/store.ts";
import type { RequestOrigin, SessionActor } from "../actor.ts";
import { eventOf } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import type { EndedByProof } from "../email/first-proof.ts";
import { recordProof } from "../email/verify-email.ts";
import { granterOf, lockGranter } from "../granter.ts";
import { requireRoomToJoin } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { findByLink, getOpenInvitation, invitationInvalid, requireOpen } from "./find-invitation.ts";

export interface Joiner {
  readonly user: { readonly id: UserId; readonly name: string };
  /** Who is signed in; an account that is just being opened has no session yet. */
  readonly session?: SessionActor["session"];
  readonly origin: RequestOrigin;
}

export interface Joined {
  readonly organization: OrganizationRecord;
  readonly membership: MembershipRecord;
  /** What ended because a mailed link proved the joiner's address. */
  readonly ended: EndedByProof | null;
}

/**
 * Makes the user a member by an invitation's link, in the caller's transaction: an account that signs up
 * and a person who is signed in join the same way. The user's row must exist in the transaction.
 * Locks the organization, then the invitation, last the credential it was issued through: of two acceptances, and of an
 * acceptance and a withdrawal, a deletion or a loss of the issuer's authority, the second sees the first. Refuses what `getOpenInvitation` refuses, another email
 * address (`invitation_email_mismatch`), a member (`already_member`), more organizations or members than there can be
 * (`limit_reached`), and, where mail is configured, an address that is not proved (`email_unverified`): opening the
 * link in the invitation's letter proves it, with a recent password of whoever is signed in. For a mailed link the
 * caller has locked the user everywhere.
 */
export async function joinByInvitation(
  deps: Pick<Deps, "catalogue" | "clock" | "settings" | "mailer">,
  tx: Transaction,
  { user, origin, session }: Joiner,
  token: string,
): Promise<Joined> {
  const found = await getOpenInvitation(deps, tx, token);
  const organization = await tx.lockOrganization(found.organization.id, "exclusive");
  const invitation = await tx.lockInvitation(found.invitation.id);
  if (organization === null || invitation === null) throw invitationInvalid();
  // A resend while this waited for the lock has killed the link that was presented.
  if ((await findByLink(tx, token))?.invitation.id !== invitation.id) throw invitationInvalid();
  const present = await lockLiveUser(tx, user.id);
  await lockGranter(tx, granterOf(invitation));
  await requireOpen(deps, tx, { invitation, organization });
  const at = deps.clock();
  if (emailKey(present.email) !== emailKey(invitation.email)) {
    throw new Refusal(
      "invitation_email_mismatch",
      "The invitation is for another email address than your account's. Sign in with that address, or ask for an invitation to yours.",
    );
  }
  const proves = found.isMailed && present.emailVerifiedAt === null;
  if (deps.mailer !== null && !found.isMailed && present.emailVerifiedAt === null) throw emailUnverified(present.email);
  if (proves && session !== undefined) requireRecentSession(deps, { session });
  if ((await tx.findMembership(organization.id, user.id)) !== null) {
    throw new Refusal("already_member", `You are already a member of "${organization.name}". Switch to it instead.`);
  }
  await requireRoomToJoin(deps, tx, organization.id, user.id);
  const membership = {
    id: newId("membership"),
    organizationId: organization.id,
    userId: user.id,
    role: invitation.role,
    joinedAt: at,
  };
  await tx.insertMembership(membership);
  await tx.acceptInvitation(invitation.id, at, user.id);
  const ended = proves
    ? await recordProof(tx, present, { by: "invitation", at, origin, session: session?.id ?? null })
    : null;
  await tx.insertAuditEvents([
    eventOf(
      { actor: { kind: "user", id: user.id, name: user.name }, via: null, origin },
      {
        at,
        organizationId: organization.id,
        action: "member.joined",
        target: { kind: "membership", id: membership.id, name: user.name },
        details: { role: membership.role, invitation: invitation.id, invitedBy: invitation.invitedBy },
      },
    ),
  ]);
  return { organization, membership: { ...membership, suspendedAt: null, endedAt: null }, ended };
}

function emailUnverified(email: string): Refusal {
  return new Refusal(
    "email_unverified",
    `Joining needs proof that ${email} is yours. Open the link in the email that was sent there, or confirm the address in your profile first; the invitation stays open.`,
  );
}

// Locked, so that an account's deletion or suspension either is seen here or finds this membership; and read
// again, for the address may have changed since the session was looked up.
async function lockLiveUser(tx: Transaction, id: UserId): Promise<UserRecord> {
  const user = await tx.lockUser(id);
  if (user !== null && user.deletedAt === null && user.suspendedAt === null) return user;
  throw new Refusal("session_ended", "Your account was suspended or deleted a moment ago, so you cannot join.");
}
