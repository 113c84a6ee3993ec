// Puts emails into the outbox, in the transaction of the change that causes them.
// Rule: a row holds names and numbers, never a link. The link of an email is made when it is sent (sender.ts), so a copy
// of the database opens nothing. Emails that people can ask for were counted before: ../limits/emails.ts.
import { DAY_MS } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type { EmailKind, NewEmail, Transaction, UserRecord } from "../../store/store.ts";
import type { Deps } from "../use-case.ts";
import { countEmail } from "../limits/emails.ts";

const HOUR_MS = 3_600_000;
/** RFC 5321 §4.5.4.1: a client tries for at least four to five days. */
const DAYS_OF_TRYING = 5 * DAY_MS;

/**
 * For how long an email is tried, in milliseconds. Shorter where a person waits for it, and would ask again. An invitation is tried for
 * as long as others, unless it expires before.
 */
const TRIED_FOR_MS: Readonly<Record<EmailKind, number>> = {
  verify_address: DAY_MS,
  change_address: DAY_MS,
  reset_password: 4 * HOUR_MS,
  password_changed: DAYS_OF_TRYING,
  address_changed: DAYS_OF_TRYING,
  invitation: DAYS_OF_TRYING,
  instance_admin_changed: DAYS_OF_TRYING,
  owner_appointed: DAYS_OF_TRYING,
  notice: DAYS_OF_TRYING,
  test: HOUR_MS,
};

export interface EmailToQueue {
  readonly kind: EmailKind;
  /** An address; for a notice, the user's id. */
  readonly recipient: string;
  /** The account that it is about. */
  readonly userId?: NewEmail["userId"];
  /** The invitation or notice that it is about; of a reset the key of the address. */
  readonly about?: string;
  /** The parts of the email that the store does not know. Never a secret. */
  readonly details?: NewEmail["details"];
}

export function newEmail(email: EmailToQueue, at: number): NewEmail {
  const { kind, recipient, userId = null, about = null, details = {} } = email;
  const id = newId("email");
  return { id, kind, recipient, userId, about, details, createdAt: at, giveUpAt: at + TRIED_FOR_MS[kind] };
}

/** Queues an email that was admitted before. It is sent when the transaction has committed. */
export function queueEmail(tx: Transaction, email: EmailToQueue, at: number): Promise<void> {
  return tx.insertEmails([newEmail(email, at)]);
}

/**
 * Queues emails that nobody asked for, about an action that concerns their recipients. Skips people whose address is not
 * verified, since it may be a stranger's, and mailboxes that had too many. `by` is the person who causes them.
 */
export async function queueNews<Person extends Pick<UserRecord, "id" | "email" | "emailVerifiedAt">>(
  { mailer, clock }: Pick<Deps, "mailer" | "clock">,
  tx: Transaction,
  by: string,
  people: readonly Person[],
  emailTo: (person: Person) => Pick<EmailToQueue, "kind" | "details">,
): Promise<void> {
  if (mailer === null) return;
  const at = clock();
  const emails: NewEmail[] = [];
  // In the order of the addresses, so that two transactions count them in the same order and do not wait for each other.
  const reachable = people.filter(({ emailVerifiedAt }) => emailVerifiedAt !== null);
  for (const person of reachable.toSorted((one, other) => (one.email < other.email ? -1 : 1))) {
    const content = emailTo(person);
    const limit = limitOf(content.kind);
    const isHeld = limit !== null && (await countEmail(tx, { kind: limit, to: person.email, by }, at)) > 0;
    if (isHeld) mailer.held(limit);
    else emails.push(newEmail({ ...content, recipient: person.email, userId: person.id }, at));
  }
  await tx.insertEmails(emails);
}

/**
 * The limit on news of a kind. The two warnings of a takeover share none with other emails, so that nobody can use one up
 * before. Changes of an address are limited themselves.
 */
function limitOf(kind: EmailKind): "news" | "password" | null {
  if (kind === "address_changed") return null;
  return kind === "password_changed" ? "password" : "news";
}
