// One-time links in emails: to verify an address, and to set a new password (password.ts).
// Rule: the link is a secret. Only its hash is stored, and it is sent in one email and nowhere else. It works once, for
// an hour, for one account, and it proves the one address that received it. The request for an email is recorded and
// queued in one transaction; the link is made when the email is sent (compose.ts).
// A link that an instance admin or the operator hands over instead (admin/password-reset.ts) proves no address.
// Deliberately absent: links in the database, in logs, events or responses.
import type { Secret, UserId } from "@mintmark/core";
import { hashSecret, newLinkSecret } from "../../secrets/generate.ts";
import type { EmailLinkKind, EmailLinkRecord, Reads, Transaction, UserRecord } from "../../store/store.ts";
import {
  type Deps,
  eventOf,
  isAddressProvedHere,
  Refusal,
  type RequestOrigin,
  type SessionActor,
} from "../use-case.ts";
import { countEmail, requireMailer, tooManyEmails } from "../limits/emails.ts";
import { networkKey } from "../limits/limits.ts";
import { queueEmail } from "../mail/outbox.ts";

/** How long a link works. */
export const EMAIL_LINK_MS = 3_600_000;

const LINK_TOKEN = /^[0-9a-f]{64}$/;

/**
 * Creates a link for the user's address, in the caller's transaction. Earlier links keep working until they expire.
 * `issuedBy` names the maker of a link that is handed over instead of emailed.
 */
export async function issueEmailLink(
  tx: Transaction,
  kind: EmailLinkKind,
  user: { readonly id: UserId; readonly email: string },
  at: number,
  issuedBy: EmailLinkRecord["issuedBy"] = null,
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
    issuedBy,
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
  throw new Refusal("link_expired", "The link has expired: it works for one hour. Ask for a new one.");
}

/** Marks the link as used. Refuses when it was used or revoked in the meantime. */
export async function spendEmailLink(tx: Transaction, kind: EmailLinkKind, token: string): Promise<void> {
  if (!(await tx.useEmailLink(kind, hashSecret(token)))) throw linkInvalid();
}

/** Builds one refusal for every reason, so that nobody learns which links existed. */
export function linkInvalid(): Refusal {
  return new Refusal(
    "link_invalid",
    "The link is incomplete, was already used, or is no longer valid. Open the newest link, or ask for another.",
  );
}

/**
 * Queues an email with a link that verifies the caller's address. Refuses a verified address, and too many emails.
 */
export async function requestVerification(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer">,
  { user, origin }: SessionActor,
): Promise<void> {
  const mailer = requireMailer(deps);
  if (isAddressProvedHere(user)) throw new Refusal("email_verified", `${user.email} is already verified.`);
  const waitMs = await mailer.admit({ kind: "verification", to: user.email, by: user.id });
  if (waitMs > 0) throw tooManyEmails(waitMs);
  await deps.store.transaction(async (tx) => {
    const present = await tx.lockUser(user.id);
    if (present === null || present.deletedAt !== null || isAddressProvedHere(present)) return;
    await queueVerification(tx, present, origin, deps.clock());
  });
}

/**
 * Queues a verification email to a new account's address, in the transaction that opens it. Queues nothing without a
 * mail server, or when the limit on emails is reached.
 */
export async function queueFirstVerification(
  { mailer }: Pick<Deps, "mailer">,
  tx: Transaction,
  user: UserRecord,
  origin: RequestOrigin,
  at: number,
): Promise<void> {
  if (mailer === null || user.emailVerifiedAt !== null) return;
  // Counted by network: a person who opens many accounts with other people's addresses reaches few of them.
  const about = { kind: "verification", to: user.email, by: networkKey(origin.ip, user.id) } as const;
  if ((await countEmail(tx, about, at)) > 0) mailer.held("verification");
  else await queueVerification(tx, user, origin, at);
}

async function queueVerification(tx: Transaction, user: UserRecord, origin: RequestOrigin, at: number): Promise<void> {
  await recordRequest(tx, user, origin, at);
  await queueEmail(tx, { kind: "verify_address", recipient: user.email, userId: user.id }, at);
}

/** Records that a verification email was asked for, in the caller's transaction. */
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
