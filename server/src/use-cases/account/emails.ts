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
      `An account at ${settings.baseUrl} has this email address. If it is yours, sign in to the account, then open the link to confirm the address.`,
      ...(addressProvedAt === null ? [`This is the first address that the account confirms, so ${FIRST_PROOF}`] : []),
      "The link works once, within one hour.",
    ],
    action: { label: "Confirm this address", url: `${settings.baseUrl}/verify-email#token=${link.expose()}` },
    reason:
      "You get this email because someone entered this address. If it was not you, do nothing. Nobody can confirm the address without the link.",
  };
}

/** To the new address of an account. The address changes when its owner opens the link. */
export function changeEmail({ settings }: EmailDeps, to: string, link: Secret): Email {
  return {
    to,
    subject: "Confirm your new email address",
    paragraphs: [
      `Someone who is signed in to an account at ${settings.baseUrl} wants to use this email address for it. If this was you, open the link while you are signed in. After that you sign in with this address.`,
      "The link works once, within one hour.",
    ],
    action: { label: "Use this address", url: `${settings.baseUrl}/verify-email#token=${link.expose()}` },
    reason:
      "You get this email because someone entered this address. If it was not you, do nothing. Nothing changes without the link.",
  };
}

/** To the owner of an address that another account asked for. */
export function hasAccountEmail({ settings }: EmailDeps, to: string): Email {
  return {
    to,
    subject: "This email address already has an account",
    paragraphs: [
      `Someone who is signed in to another account at ${settings.baseUrl} entered this email address for it. Nothing was changed, because your account has this address.`,
      "If it was you, sign in to the account that has this address. To use the address for the other account, change this account's address first.",
    ],
    action: { label: "Go to the sign-in page", url: `${settings.baseUrl}/sign-in` },
    reason:
      "You get this email because someone entered this address. If it was not you, do nothing. Your account has not changed.",
  };
}

/** To the previous address of an account. */
export function addressChangedEmail({ settings }: EmailDeps, to: string): Email {
  return {
    to,
    subject: "Your email address was changed",
    paragraphs: [
      `The email address of your account at ${settings.baseUrl} was changed to another one, by someone who knows the password. You can no longer sign in with this address, and it gets no more emails from the account.`,
      "If this was you, you do not need to do anything. If not, tell an instance admin at once. They can suspend the account and revoke its tokens.",
    ],
    reason: "You get this email because this was the account's address until the change.",
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
      `Someone asked for a new password for your account at ${settings.baseUrl}. If this was you, open the link to choose it. A new password signs you out everywhere.`,
      ...(emailVerifiedAt === null
        ? [`The address of the account is not confirmed yet. A new password confirms it, and ${FIRST_PROOF}`]
        : []),
      "The link works once, within one hour.",
    ],
    action: { label: "Choose a new password", url: `${settings.baseUrl}/reset-password#token=${link.expose()}` },
    reason:
      "You get this email because someone entered this address. If it was not you, do nothing. Your password stays the same.",
  };
}

const CHANGED_BY = {
  session: "by someone who was signed in and knew the old one",
  email: "with a link that was mailed to this address",
  admin: "with a link that an instance admin made",
  host: "with a link that was made on the server",
} as const;

export function passwordChangedEmail(
  { settings }: EmailDeps,
  to: string,
  { by, revokedTokens }: { readonly by: keyof typeof CHANGED_BY; readonly revokedTokens: number },
): Email {
  const tokens =
    revokedTokens === 0
      ? "Your tokens keep working."
      : `${revokedTokens === 1 ? "One token was" : `${revokedTokens} tokens were`} revoked as well.`;
  return {
    to,
    subject: "Your password was changed",
    paragraphs: [
      `The password of your account at ${settings.baseUrl} was changed, ${CHANGED_BY[by]}. You are signed out ${by === "session" ? "in all other browsers" : "everywhere"}. ${tokens}`,
      "If this was you, you do not need to do anything. If not, ask for a new password on the sign-in page, and choose to revoke your tokens. If that fails, tell an instance admin.",
    ],
    action: { label: "Go to the sign-in page", url: `${settings.baseUrl}/sign-in` },
    reason: "You get this email because it is about your account.",
  };
}
