// Becoming a member by an invitation, with an existing account or by signing up.
// Rule: an account that signs up and a person who is signed in join by the same function. An account and its membership
// are created in one transaction. With mail configured, nobody joins with an unverified address.
import { emailKey, type OrganizationId, type UserId } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type { MembershipRecord, OrganizationRecord, Reads, Transaction, UserRecord } from "../../store/store.ts";
import { type AccountInput, emailTaken, isEmailTaken, openAccount, requireAccountInput } from "../account/account.ts";
import { queueFirstVerification } from "../account/email-link.ts";
import type { EndedByProof } from "../account/first-proof.ts";
import { recordProof } from "../account/verify-email.ts";
import {
  type Deps,
  eventOf,
  refuseExternalDirectory,
  Refusal,
  type RequestOrigin,
  type SessionActor,
} from "../use-case.ts";
import { requireLiveSession, requireRecentSession, withUserLocked } from "../authority.ts";
import { granterOf, lockGranter } from "../grants.ts";
import { limitNetwork, networkKey, requireRoomToJoin } from "../limits/limits.ts";
import { rememberAddress } from "../limits/sign-in.ts";
import { type SignedIn, startSession } from "../session/session.ts";
import { findByLink, getOpenInvitation, invitationInvalid, requireOpen } from "./invitation.ts";

interface Joiner {
  readonly user: { readonly id: UserId; readonly name: string };
  /** The caller's session; a new account has none yet. */
  readonly session?: SessionActor["session"];
  readonly origin: RequestOrigin;
}

interface Joined {
  readonly organization: OrganizationRecord;
  readonly membership: MembershipRecord;
  /** Everything that ended because a mailed link verified the joiner's address. */
  readonly ended: EndedByProof | null;
}

/**
 * Makes the user a member by an invitation's link, in the caller's transaction, in which the user's row must exist.
 * Locks the organization, then the invitation, and last the credential that issued it. So of two acceptances, and of an
 * acceptance and a withdrawal, a deletion or a loss of the issuer's authority, the second sees the first.
 *
 * Refuses what `getOpenInvitation` refuses, another email address (`invitation_email_mismatch`), a member
 * (`already_member`), and more organizations or members than allowed (`limit_reached`). Where mail is configured it
 * also refuses an unverified address (`email_unverified`), unless the link came by email, which verifies the address; a
 * signed-in person then needs a recent password. For a mailed link the caller has locked the user everywhere.
 */
async function joinByInvitation(
  deps: Pick<Deps, "catalogue" | "clock" | "settings" | "mailer">,
  tx: Transaction,
  { user, origin, session }: Joiner,
  token: string,
): Promise<Joined> {
  const found = await getOpenInvitation(deps, tx, token);
  const organization = await tx.lockOrganization(found.organization.id, "exclusive");
  const invitation = await tx.lockInvitation(found.invitation.id);
  if (organization === null || invitation === null) throw invitationInvalid();
  // A resend during the wait for the lock has replaced the link.
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
  return {
    organization,
    membership: { ...membership, suspendedAt: null, endedAt: null, hostSuspendedAt: null },
    ended,
  };
}

function emailUnverified(email: string): Refusal {
  return new Refusal(
    "email_unverified",
    `To join, you must prove that ${email} is yours. Open the link in the email that was sent there, or confirm the address in your profile first. The invitation stays open.`,
  );
}

// Locks the user, so that a deletion or suspension is either seen here or finds this membership. Reads it again, since
// the address may have changed after the session was looked up.
async function lockLiveUser(tx: Transaction, id: UserId): Promise<UserRecord> {
  const user = await tx.lockUser(id);
  if (user !== null && user.deletedAt === null && user.suspendedAt === null) return user;
  throw new Refusal("session_ended", "Your account was suspended or deleted a moment ago, so you cannot join.");
}

export interface Accepted {
  readonly actor: SessionActor;
  /** Everything that ended because the link came by email and verified the address. */
  readonly ended: EndedByProof | null;
}

/** Makes the signed-in person a member by a link, and switches the session to that organization. */
export async function acceptInvitation(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings" | "mailer">,
  actor: SessionActor,
  token: string,
): Promise<Accepted> {
  refuseExternalDirectory(deps);
  const { reads } = deps.store;
  const { organization: joined } = await getOpenInvitation(deps, reads, token);
  const work = async (tx: Transaction): Promise<Accepted> => {
    const { organization, ended } = await joinByInvitation(deps, tx, actor, token);
    const user = await requireLiveSession(deps, tx, actor);
    await tx.setSessionOrganization(actor.session.id, organization.id);
    return { actor: { ...actor, user, session: { ...actor.session, organizationId: organization.id } }, ended };
  };
  // Locked everywhere, since a mailed link may verify the address for the first time.
  return withUserLocked(deps.store, actor.user.id, work, { also: joined.id });
}

export interface SignUpInput extends AccountInput {
  /** The token of an invitation's link; required unless sign-up is open to everyone. */
  readonly invitation?: string | undefined;
}

type SignUpDeps = Pick<Deps, "store" | "catalogue" | "clock" | "settings" | "mailer" | "hashPassword">;

const SIGN_IN_INSTEAD = "Sign in with it; you can accept an invitation there.";

/**
 * Opens an account and signs it in. With an invitation, the account and its membership are created in one transaction.
 * Where mail is configured, only a mailed link joins at once; a copied one opens the account, which joins when the
 * address is verified. Whether an address has an account is revealed only to the holder of a valid invitation to it, or
 * where sign-up is open to everyone.
 */
export async function signUp(deps: SignUpDeps, input: SignUpInput, origin: RequestOrigin): Promise<SignedIn> {
  refuseExternalDirectory(deps);
  const account = requireAccountInput(input);
  const { invitation } = input;
  if (invitation === undefined && deps.settings.signUp === "invite") {
    throw new Refusal(
      "sign_up_closed",
      "This instance takes new accounts by invitation only. Ask a member for one, then open its link.",
    );
  }
  if (invitation === undefined) await limitNetwork(deps, "signUp", origin.ip);
  // Checked before hashing the password, since hashing is expensive, and again in the transaction.
  await requireFreeAddress(deps, deps.store.reads, account.email, invitation);
  const passwordHash = await deps.hashPassword(account.password, {
    standing: invitation === undefined ? "stranger" : "expected",
    sources: [networkKey(origin.ip, account.email)],
  });
  const { name, email } = account;
  const work = async (tx: Transaction): Promise<SignedIn> => {
    const joins = invitation !== undefined && (await lockInvitingOrganization(deps, tx, invitation));
    await requireFreeAddress(deps, tx, email, invitation);
    const at = deps.clock();
    const { user, personal } = await openAccount(deps, tx, {
      name,
      email,
      passwordHash,
      instanceAdmin: false,
      origin,
      at,
    });
    let organizationId: OrganizationId | null = personal?.id ?? null;
    if (joins) {
      organizationId = (await joinByInvitation(deps, tx, { user, origin }, invitation)).organization.id;
    }
    await rememberAddress(tx, email, origin, at);
    const present = (await tx.findUser(user.id)) ?? user;
    await queueFirstVerification(deps, tx, present, origin, at);
    return startSession(tx, { user: present, organizationId, method: "sign_up", origin, at });
  };
  try {
    return await deps.store.transaction(work);
  } catch (error) {
    // Someone else signed up with the address in between.
    throw isEmailTaken(error) ? emailTaken(SIGN_IN_INSTEAD) : error;
  }
}

// Locks the organization before the user is inserted: of two sign-ups with one invitation, the second waits here and
// then finds the invitation used. Returns whether the link lets a new account join at once.
async function lockInvitingOrganization(deps: SignUpDeps, tx: Transaction, token: string): Promise<boolean> {
  const { organization, isMailed } = await getOpenInvitation(deps, tx, token);
  await tx.lockOrganization(organization.id, "exclusive");
  return isMailed || deps.mailer === null;
}

/** Refuses an invitation that is not open or is for another address. Only after that, refuses an address in use. */
async function requireFreeAddress(
  deps: SignUpDeps,
  reads: Reads,
  email: string,
  token: string | undefined,
): Promise<void> {
  if (token !== undefined) {
    const { invitation } = await getOpenInvitation(deps, reads, token);
    if (emailKey(invitation.email) !== emailKey(email)) {
      throw new Refusal(
        "invitation_email_mismatch",
        "The invitation is for another email address than the one you entered. Sign up with the address it was sent to, or ask for an invitation to yours.",
        { errors: [{ field: "email", message: "The invitation is for another address." }] },
      );
    }
  }
  if ((await reads.findUserByEmail(email)) !== null) throw emailTaken(SIGN_IN_INSTEAD);
}
