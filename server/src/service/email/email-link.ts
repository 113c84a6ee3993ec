// One-time links in letters: to prove an address, and to set a new password (../password).
// Rule: the link is the secret. Only its hash is stored, it goes into one letter and nowhere else, it works once,
// for an hour, for one account, and it proves the one address that the letter went to. It is made and recorded in
// one transaction, and mailed after the commit.
// Deliberately absent: a letter in the database, and any link in a log, an event or an answer.
import type { Secret, UserId } from "@mintmark/core";
import { newLinkSecret } from "../../secrets/generate.ts";
import { hashSecret } from "../../secrets/hash.ts";
import type { EmailLinkKind, EmailLinkRecord, Reads, Transaction } from "../../store/store.ts";
import { Refusal } from "../refusal.ts";

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
