// Limits on emails, so that nobody can flood a mailbox, or strangers, through an instance.
// Rule: an email is counted for its mailbox, and for the person who causes it with any of their credentials, before it
// is queued (mail/outbox.ts). Emails of notices are counted when they are sent, and the limit delays them. An email that
// nobody asked for goes only to a verified address. Any other address gets only emails that prove it.
import { hash } from "node:crypto";
import { mailboxKey } from "@mintmark/core";
import type { EmailCount, EmailLimits, LimitedKind } from "../../mail/email.ts";
import type { Store, Transaction } from "../../store/store.ts";
import { type Actor, type Deps, Refusal } from "../use-case.ts";
import { countAttempts, type Limit, rateLimited } from "./limits.ts";

const WINDOW_MS = 3_600_000;
/** Emails to one mailbox in an hour. Each kind has a limit, so that invitations cannot block a password reset. */
const TO_MAILBOX: Readonly<Record<LimitedKind, number>> = {
  invitation: 5,
  verification: 5,
  reset: 5,
  news: 20,
  // Nothing that others cause can hold back this warning.
  password: 20,
  notice: 60,
  test: 10,
};

/**
 * Emails that one person causes in an hour: proofs that they ask for, and emails that notify people of their actions.
 */
const PROOFS_BY_PERSON = 100;
const NEWS_BY_PERSON = 1000;

export function createEmailLimits(
  { store, clock }: { readonly store: Pick<Store, "transaction">; readonly clock: () => number },
  held: (kind: LimitedKind) => void,
): EmailLimits {
  return { admit: (about) => store.transaction((tx) => countEmail(tx, about, clock())), held };
}

/**
 * Counts an email in the caller's transaction. Returns 0, or how long to wait, in milliseconds. Call it after every other
 * lock is taken.
 */
export function countEmail(tx: Transaction, about: EmailCount, now: number): Promise<number> {
  return countAttempts(tx, limitsOf(about), now);
}

function limitsOf({ kind, to, by }: EmailCount): readonly Limit[] {
  const mailbox = hash("sha256", mailboxKey(to)).slice(0, 32);
  const toMailbox = { key: `mail:${kind}:to:${mailbox}`, most: TO_MAILBOX[kind], windowMs: WINDOW_MS };
  if (by === null || kind === "password") return [toMailbox];
  const byPerson =
    kind === "news"
      ? { key: `mail:news:by:${by}`, most: NEWS_BY_PERSON, windowMs: WINDOW_MS }
      : { key: `mail:proof:by:${by}`, most: PROOFS_BY_PERSON, windowMs: WINDOW_MS };
  return [toMailbox, byPerson];
}

/** Returns who an email is counted for: the person, with any of their credentials, or an API key's organization. */
export function causeOf(actor: Actor): string {
  if (actor.kind === "session") return actor.user.id;
  return actor.principal.user?.id ?? actor.principal.organization.id;
}

export function tooManyEmails(waitMs: number): Refusal {
  const why = "This address gets no more emails for now. Check the mailbox and its spam folder.";
  // Several limits apply to an email, with different quotas.
  return rateLimited(why, waitMs, { name: "mail", most: null, windowMs: WINDOW_MS });
}

/** Returns the limits on emails, or refuses when the instance sends none. */
export function requireMailer({ mailer }: Pick<Deps, "mailer">): EmailLimits {
  if (mailer !== null) return mailer;
  throw new Refusal(
    "mail_off",
    "This instance has no mail server, so it cannot send email. Ask an instance admin; the operator sets one with MINTMARK_SMTP_URL.",
  );
}
