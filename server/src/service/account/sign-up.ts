import { emailKey, type OrganizationId } from "@mintmark/core";
import type { Reads, Transaction } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import { networkBounds, networkOf, requireWithin } from "../attempt-limit.ts";
import type { Deps } from "../deps.ts";
import { mailVerificationLater } from "../email/mail-verification.ts";
import { getOpenInvitation } from "../invitation/find-invitation.ts";
import { joinByInvitation } from "../invitation/join.ts";
import { Refusal } from "../refusal.ts";
import { rememberAddress } from "../session/sign-in-tries.ts";
import { type SignedIn, startSession } from "../session/start-session.ts";
import { type AccountInput, emailTaken, isEmailTaken, openAccount, requireAccountInput } from "./open-account.ts";

export interface SignUpInput extends AccountInput {
  /** The token of an invitation's link; required unless sign-up is open to everyone. */
  readonly invitation?: string | undefined;
}

type SignUpDeps = Pick<Deps, "store" | "catalogue" | "clock" | "settings" | "mailer" | "later" | "hashPassword">;

/** Tries to sign up without an invitation, of one network in an hour: a class may be behind it. */
const SIGN_UPS_OF_NETWORK = 100;
const SIGN_UPS_WINDOW_MS = 3_600_000;

const SIGN_IN_INSTEAD = "Sign in with it; an invitation can be accepted there.";

/**
 * Opens an account and signs it in; with an invitation the account and its membership are one
 * transaction, so neither exists without the other. Where mail is configured the link must have come by mail for
 * that: one that was handed on opens the account, and joins when the address is proved. Whether an address has an
 * account is told only to whoever holds a live invitation to it, or where sign-up is open to everyone.
 */
export async function signUp(deps: SignUpDeps, input: SignUpInput, origin: RequestOrigin): Promise<SignedIn> {
  const account = requireAccountInput(input);
  const { invitation } = input;
  if (invitation === undefined && deps.settings.signUp === "invite") {
    throw new Refusal(
      "sign_up_closed",
      "This instance takes new accounts by invitation only. Ask a member for one, then open its link.",
    );
  }
  if (invitation === undefined) {
    const bound = { key: "sign-up", most: SIGN_UPS_OF_NETWORK, windowMs: SIGN_UPS_WINDOW_MS };
    await requireWithin(deps, networkBounds(origin.ip, bound), "Your network asked for too many accounts.");
  }
  // Judged before the password is hashed, so that hashing cannot be had for nothing, and again below.
  await requireFreeAddress(deps, deps.store.reads, account.email, invitation);
  const passwordHash = await deps.hashPassword(account.password, {
    standing: invitation === undefined ? "stranger" : "expected",
    sources: [networkOf(origin.ip, account.email)],
  });
  const { name, email } = account;
  const work = async (tx: Transaction): Promise<SignedIn> => {
    const joins = invitation !== undefined && (await lockInvitingOrganization(deps, tx, invitation));
    await requireFreeAddress(deps, tx, email, invitation);
    const at = deps.clock();
    const { user, personal } = await openAccount(tx, { name, email, passwordHash, instanceAdmin: false, origin, at });
    let organizationId: OrganizationId = personal.id;
    if (joins) {
      organizationId = (await joinByInvitation(deps, tx, { user, origin }, invitation)).organization.id;
    }
    await rememberAddress(tx, email, origin, at);
    const present = (await tx.findUser(user.id)) ?? user;
    return startSession(tx, { user: present, organizationId, method: "sign_up", origin, at });
  };
  try {
    const signedIn = await deps.store.transaction(work);
    if (signedIn.actor.user.emailVerifiedAt === null) mailVerificationLater(deps, signedIn.actor.user, origin);
    return signedIn;
  } catch (error) {
    // Someone else signed up with the address in the instant between.
    throw isEmailTaken(error) ? emailTaken(SIGN_IN_INSTEAD) : error;
  }
}

// The organization is locked before the user is inserted, as everywhere: of two sign-ups with one
// invitation the second waits here, and then finds the invitation used. Answers whether the link lets a new
// account join at once.
async function lockInvitingOrganization(deps: SignUpDeps, tx: Transaction, token: string): Promise<boolean> {
  const { organization, isMailed } = await getOpenInvitation(deps, tx, token);
  await tx.lockOrganization(organization.id, "exclusive");
  return isMailed || deps.mailer === null;
}

/** Refuses an invitation that is dead or for another address, and then, and only then, an address in use. */
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
