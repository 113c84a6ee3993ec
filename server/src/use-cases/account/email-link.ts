// One-time links in emails: to verify an address, and to set a new password (password.ts).
// Rule: the link is a secret. Only its hash is stored, and it is sent in one email and nowhere else. It works once, for
// an hour, for one account, and it proves the one address that received it. It is created and recorded in one
// transaction, and mailed after the commit.
// Deliberately absent: emails in the database, and links in logs, events or responses.
import type { Secret, UserId } from "@mintmark/core";
import { type Admission, MailUnavailable } from "../../mail/email.ts";
import { hashSecret, newLinkSecret } from "../../secrets/generate.ts";
import type { EmailLinkKind, EmailLinkRecord, Reads, Transaction, UserRecord } from "../../store/store.ts";
import { type Deps, eventOf, Refusal, type RequestOrigin, type SessionActor } from "../use-case.ts";
import { requireMailer, tooManyEmails } from "../limits/emails.ts";
import { networkKey } from "../limits/limits.ts";
import { verificationEmail } from "./emails.ts";

/** How long a link in an email works. */
const EMAIL_LINK_MS = 3_600_000;

const LINK_TOKEN = /^[0-9a-f]{64}$/;

/** Creates a link for the user's address, in the caller's transaction. Earlier links keep working until they expire. */
export async function issueEmailLink(
  tx: Transaction,
  kind: EmailLinkKind,
  user: { readonly id: UserId; readonly email: string },
  at: number,
): Promise<Secret> {
  const link = newLinkSecret();
  await tx.forgetEmailLinks(user.id, at);
  await tx.insertEmailLink({
    hash: hashSecret(link),
    kind,
    userId: user.id,
    email: user.email,
    createdAt: at,
    expiresAt: at + EMAIL_LINK_MS,
  });
  return link;
}

/**
 * Returns the link for a token from an email. Refuses an unknown, used or revoked link with `link_invalid`, and an
 * expired one with `link_expired`.
 */
export async function getEmailLink(
  reads: Reads,
  kind: EmailLinkKind,
  token: string,
  now: number,
): Promise<EmailLinkRecord> {
  const link = LINK_TOKEN.test(token) ? await reads.findEmailLink(kind, hashSecret(token)) : null;
  if (link === null) throw linkInvalid();
  if (link.expiresAt > now) return link;
  throw new Refusal("link_expired", "The link has expired: it works for one hour. Ask for another email.");
}

/** Marks the link as used. Refuses when it was used or revoked in the meantime. */
export async function spendEmailLink(tx: Transaction, kind: EmailLinkKind, token: string): Promise<void> {
  if (!(await tx.useEmailLink(kind, hashSecret(token)))) throw linkInvalid();
}

/** Builds one refusal for every reason, so that nobody learns which links existed. */
export function linkInvalid(): Refusal {
  return new Refusal(
    "link_invalid",
    "The link is incomplete, was already used, or is no longer valid. Open the newest email, or ask for another.",
  );
}

/**
 * Mails the caller a link that verifies their address. Returns when the mail server has accepted it. Refuses a verified
 * address, too many emails, and an unavailable mail server.
 */
export async function requestVerification(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer">,
  { user, origin }: SessionActor,
): Promise<void> {
  const mailer = requireMailer(deps);
  if (user.emailVerifiedAt !== null) throw new Refusal("email_verified", `${user.email} is already verified.`);
  const { waitMs, send } = await mailer.admit({ kind: "verification", to: user.email, by: user.id });
  if (send === null) throw tooManyEmails(waitMs);
  try {
    await mailVerification(deps, send, user.id, origin);
  } catch (error) {
    if (!(error instanceof MailUnavailable)) throw error;
    throw new Refusal(
      "mail_unavailable",
      "The mail server did not accept the email. Try again in a few minutes. If it still fails, tell an instance admin.",
      { retryAfterSeconds: 60 },
    );
  }
}

type VerificationDeps = Pick<Deps, "store" | "clock" | "settings">;

/**
 * Sends a verification email to a new account's address, after the response. Sends nothing without a mail server, or
 * when the limit on emails is reached.
 */
export function mailVerificationLater(
  deps: VerificationDeps & Pick<Deps, "mailer" | "later">,
  { id, email }: Pick<UserRecord, "id" | "email">,
  origin: RequestOrigin,
): void {
  const { mailer } = deps;
  if (mailer === null) return;
  deps.later(async () => {
    // Counted by network: a person who opens many accounts with other people's addresses reaches few of them.
    const { send } = await mailer.admitLater({ kind: "verification", to: email, by: networkKey(origin.ip, id) });
    if (send !== null) await mailVerification(deps, send, id, origin);
  });
}

/**
 * Creates a link for the user's present address and mails it. Does nothing when the address is verified or the account
 * deleted.
 */
async function mailVerification(
  deps: VerificationDeps,
  send: NonNullable<Admission["send"]>,
  userId: UserId,
  origin: RequestOrigin,
): Promise<void> {
  const message = await deps.store.transaction(async (tx) => {
    const user = await tx.lockUser(userId);
    if (user === null || user.deletedAt !== null || user.emailVerifiedAt !== null) return null;
    const at = deps.clock();
    const link = await issueEmailLink(tx, "verify_email", user, at);
    await recordRequest(tx, user, origin, at);
    return verificationEmail(deps, user, link);
  });
  // Mail after the commit, so that every link in a mailbox exists in the store.
  if (message !== null) await send(message);
}

/** Records that a verification email is sent, in the caller's transaction. */
export async function recordRequest(
  tx: Transaction,
  { id, name, email }: UserRecord,
  origin: RequestOrigin,
  at: number,
): Promise<void> {
  await tx.insertAuditEvents([
    eventOf(
      { actor: { kind: "user", id, name }, via: null, origin },
      {
        at,
        organizationId: null,
        action: "user.email_verification_requested",
        target: { kind: "user", id, name },
        details: { email },
      },
    ),
  ]);
}
