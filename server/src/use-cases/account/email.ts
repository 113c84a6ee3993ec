// One-time links in letters: to prove an address, and to set a new password (../password).
// Rule: the link is the secret. Only its hash is stored, it goes into one letter and nowhere else, it works once,
// for an hour, for one account, and it proves the one address that the letter went to. It is made and recorded in
// one transaction, and mailed after the commit.
// Deliberately absent: a letter in the database, and any link in a log, an event or an answer.
import type { Secret, UserId } from "@mintmark/core";
import { type Admission, MailUnavailable } from "../../mail/email.ts";
import { hashSecret, newLinkSecret } from "../../secrets/generate.ts";
import type { EmailLinkKind, EmailLinkRecord, Reads, Transaction, UserRecord } from "../../store/store.ts";
import { eventOf, type RequestOrigin, type SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { networkOf } from "../limits/attempts.ts";
import { requireMailer, tooManyLetters } from "../limits/emails.ts";
import { Refusal } from "../refusal.ts";
import { verificationLetter } from "./emails.ts";

/** How long a link in a letter works. */
const EMAIL_LINK_MS = 3_600_000;

const LINK_TOKEN = /^[0-9a-f]{64}$/;

/** Makes a link for the user's address, in the caller's transaction. Links made before go on working until their time is over. */
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
 * The link that a token from a letter is. Refuses with `link_invalid` one that is unknown, was used or was ended,
 * and with `link_expired` one whose time is over.
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
  throw new Refusal("link_expired", "The link worked for one hour, which is over. Ask for another email.");
}

/** Uses the link up; refuses when it was used or ended in the meantime. */
export async function spendEmailLink(tx: Transaction, kind: EmailLinkKind, token: string): Promise<void> {
  if (!(await tx.useEmailLink(kind, hashSecret(token)))) throw linkInvalid();
}

/** One sentence for every reason: it tells nobody which links there ever were. */
export function linkInvalid(): Refusal {
  return new Refusal(
    "link_invalid",
    "The link is incomplete, was already used, or no longer counts. Open the newest email, or ask for another.",
  );
}

type VerificationDeps = Pick<Deps, "store" | "clock" | "settings">;

/**
 * After an account was opened: writes to its address, so that it can be proved. The answer does not wait for it.
 * Without a mail server, and beyond the limit of letters, nothing is written.
 */
export function mailVerificationLater(
  deps: VerificationDeps & Pick<Deps, "mailer" | "later">,
  { id, email }: Pick<UserRecord, "id" | "email">,
  origin: RequestOrigin,
): void {
  const { mailer } = deps;
  if (mailer === null) return;
  deps.later(async () => {
    // By the network: whoever opens account after account with other people's addresses writes to few of them.
    const { send } = await mailer.admitLater({ kind: "verification", to: email, by: networkOf(origin.ip, id) });
    if (send !== null) await mailVerification(deps, send, id, origin);
  });
}

/** Makes a link for the user's present address and mails it; does nothing when the address is proved or the account gone. */
async function mailVerification(
  deps: VerificationDeps,
  send: NonNullable<Admission["send"]>,
  userId: UserId,
  origin: RequestOrigin,
): Promise<void> {
  const letter = await deps.store.transaction(async (tx) => {
    const user = await tx.lockUser(userId);
    if (user === null || user.deletedAt !== null || user.emailVerifiedAt !== null) return null;
    const at = deps.clock();
    const link = await issueEmailLink(tx, "verify_email", user, at);
    await recordRequest(tx, user, origin, at);
    return verificationLetter(deps, user, link);
  });
  // After the commit: a link that is in a mailbox is a link that exists.
  if (letter !== null) await send(letter);
}

/** Records that a letter is sent to prove the address, in the caller's transaction. */
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

/**
 * Mails the caller a link that proves their address, and answers when the mail server has taken it. Refuses an
 * address that is proved already, too many letters, and says when the mail server does not answer.
 */
export async function requestVerification(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer">,
  { user, origin }: SessionActor,
): Promise<void> {
  const mailer = requireMailer(deps);
  if (user.emailVerifiedAt !== null) throw new Refusal("email_verified", `${user.email} is verified already.`);
  const { waitMs, send } = await mailer.admit({ kind: "verification", to: user.email, by: user.id });
  if (send === null) throw tooManyLetters(waitMs);
  try {
    await mailVerification(deps, send, user.id, origin);
  } catch (error) {
    if (!(error instanceof MailUnavailable)) throw error;
    throw new Refusal(
      "mail_unavailable",
      "The mail server did not accept the email. Try again in a few minutes; if it stays so, tell an instance admin.",
      { retryAfterSeconds: 60 },
    );
  }
}
