// The texts of emails about a person's address and password.
// Rule: an email with a secret link goes only to the address that the link proves. Every other email links to the
// sign-in page.
import type { Secret } from "@mintmark/core";
import type { Email } from "../../mail/email.ts";
import type { UserRecord } from "../../store/store.ts";
import type { Deps } from "../use-case.ts";

type EmailDeps = Pick<Deps, "settings">;

/** The warning before a person verifies an address for the first time. */
const FIRST_PROOF =
  "this confirmation ends everything that was created in the account before: tokens, API keys, invitations, device logins, the calendar feed and other sessions. If they are yours, create them again afterwards.";

export function verificationEmail(
  { settings }: EmailDeps,
  { email: to, addressProvedAt }: Pick<UserRecord, "email" | "addressProvedAt">,
  link: Secret,
): Email {
  return {
    to,
    subject: "Confirm your email address",
    paragraphs: [
      `An account at ${settings.baseUrl} has this email address. Confirm that it is yours: open the link while you are signed in to that account.`,
      ...(addressProvedAt === null ? [`It is the first address that this account confirms, so ${FIRST_PROOF}`] : []),
      "The link works once, for one hour.",
    ],
    action: { label: "Confirm this address", url: `${settings.baseUrl}/verify-email#token=${link.expose()}` },
    reason:
      "You get this email because someone entered this address. If it was not you, do nothing: without the link the address stays unconfirmed.",
  };
}

/** To the new address of an account. The address changes when its owner opens the link. */
export function changeEmail({ settings }: EmailDeps, to: string, link: Secret): Email {
  return {
    to,
    subject: "Confirm your new email address",
    paragraphs: [
      `Someone who is signed in to an account at ${settings.baseUrl} wants to use this email address for it. If that is you, open the link while you are signed in. From then on you sign in with this address.`,
      "The link works once, for one hour.",
    ],
    action: { label: "Use this address", url: `${settings.baseUrl}/verify-email#token=${link.expose()}` },
    reason:
      "You get this email because someone entered this address. If it was not you, do nothing: without the link nothing changes.",
  };
}

/** To the owner of an address that another account asked for. */
export function hasAccountEmail({ settings }: EmailDeps, to: string): Email {
  return {
    to,
    subject: "This email address already has an account",
    paragraphs: [
      `Someone who is signed in to another account at ${settings.baseUrl} wanted to use this email address for it. The address was not changed, because your account has it.`,
      "If it was you, sign in to the account that has this address, or change the address of that account first.",
    ],
    action: { label: "Go to the sign-in page", url: `${settings.baseUrl}/sign-in` },
    reason:
      "You get this email because someone entered this address. If it was not you, do nothing: your account has not changed.",
  };
}

/** To the previous address of an account. */
export function addressChangedEmail({ settings }: EmailDeps, to: string): Email {
  return {
    to,
    subject: "Your email address was changed",
    paragraphs: [
      `Your account at ${settings.baseUrl} now has another email address. Someone who knows its password changed it. This address gets no more emails from the account and can no longer sign in.`,
      "If it was you, you do not need to do anything. If it was not you, tell an instance admin at once: they can suspend the account and revoke its tokens.",
    ],
    reason: "You get this email because this was the account's address until now.",
  };
}

export function resetEmail(
  { settings }: EmailDeps,
  { email: to, emailVerifiedAt }: Pick<UserRecord, "email" | "emailVerifiedAt">,
  link: Secret,
): Email {
  return {
    to,
    subject: "Set a new password",
    paragraphs: [
      `Someone asked to set a new password for your account at ${settings.baseUrl}. Open the link to choose one. Setting it signs you out everywhere.`,
      ...(emailVerifiedAt === null
        ? [`The address is not confirmed yet. The new password confirms it, and ${FIRST_PROOF}`]
        : []),
      "The link works once, for one hour.",
    ],
    action: { label: "Choose a new password", url: `${settings.baseUrl}/reset-password#token=${link.expose()}` },
    reason:
      "You get this email because someone entered this address. If it was not you, do nothing: your password does not change.",
  };
}

export function passwordChangedEmail(
  { settings }: EmailDeps,
  to: string,
  { byMail, revokedTokens }: { readonly byMail: boolean; readonly revokedTokens: number },
): Email {
  const how = byMail
    ? "with a link that was mailed to this address"
    : "by someone who was signed in and knew the old one";
  const tokens =
    revokedTokens === 0
      ? "Your tokens keep working."
      : `${revokedTokens === 1 ? "One token was" : `${revokedTokens} tokens were`} revoked as well.`;
  return {
    to,
    subject: "Your password was changed",
    paragraphs: [
      `The password of your account at ${settings.baseUrl} was changed, ${how}. ${byMail ? "All" : "All other"} sessions have ended. ${tokens}`,
      "If it was you, you do not need to do anything. If it was not you, set a new password from the sign-in page and choose to revoke your tokens, or tell an instance admin.",
    ],
    action: { label: "Go to the sign-in page", url: `${settings.baseUrl}/sign-in` },
    reason: "You get this email because it is about your account.",
  };
}
