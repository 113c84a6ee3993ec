// Limits on emails, so that nobody can flood a mailbox, or strangers, through an instance.
// Rule: an email is counted for its mailbox, and for the person who causes it with any of their credentials, before it
// is written. The mail server is reached only through the result of `admit`. An email that nobody asked for goes only
// to a verified address. Any other address gets only emails that prove it.
import { hash } from "node:crypto";
import { emailKey } from "@mintmark/core";
import type { Admission, Email, EmailCount, EmailKind, LimitedMailer } from "../../mail/email.ts";
import type { Mailer } from "../../mail/mailer.ts";
import type { Store, UserRecord } from "../../store/store.ts";
import { type Actor, type Deps, Refusal } from "../use-case.ts";
import { countAttempts, type Limit, rateLimited } from "./limits.ts";

const WINDOW_MS = 3_600_000;
/** Emails to one mailbox in an hour. Each kind has a limit, so that invitations cannot block a password reset. */
const TO_MAILBOX: Readonly<Record<EmailKind, number>> = {
  invitation: 5,
  verification: 5,
  reset: 5,
  told: 20,
  notice: 60,
};

/**
 * Emails that one person causes in an hour: proofs that they ask for, and emails that notify people of their actions.
 */
const PROOFS_BY_PERSON = 100;
const TOLD_BY_PERSON = 1000;

export function limitMailer(
  { store, clock }: { readonly store: Pick<Store, "transaction">; readonly clock: () => number },
  mailer: Mailer,
  onHeld: (kind: EmailKind) => void,
): LimitedMailer {
  const admit = async (about: EmailCount): Promise<Admission> => {
    const waitMs = await store.transaction((tx) => countAttempts(tx, limitsOf(about), clock()));
    return waitMs > 0 ? { waitMs, send: null } : { waitMs: 0, send: (email) => mailer.send(email) };
  };
  return {
    admit,
    async admitLater(about) {
      const admission = await admit(about);
      if (admission.send === null) onHeld(about.kind);
      return admission;
    },
  };
}

function limitsOf({ kind, to, by }: EmailCount): readonly Limit[] {
  const mailbox = hash("sha256", emailKey(to)).slice(0, 32);
  const toMailbox = { key: `mail:${kind}:to:${mailbox}`, most: TO_MAILBOX[kind], windowMs: WINDOW_MS };
  if (by === null) return [toMailbox];
  const byPerson =
    kind === "told"
      ? { key: `mail:told:by:${by}`, most: TOLD_BY_PERSON, windowMs: WINDOW_MS }
      : { key: `mail:proof:by:${by}`, most: PROOFS_BY_PERSON, windowMs: WINDOW_MS };
  return [toMailbox, byPerson];
}

/** Returns who an email is counted for: the person, with any of their credentials, or an API key's organization. */
export function causeOf(actor: Actor): string {
  if (actor.kind === "session") return actor.user.id;
  return actor.principal.user?.id ?? actor.principal.organization.id;
}

/**
 * Notifies people by email, after the response, of an action that concerns them. Skips people whose address is not
 * verified: it may be a stranger's.
 */
export function notifyLater<Person extends Pick<UserRecord, "email" | "emailVerifiedAt">>(
  deps: Pick<Deps, "mailer" | "later">,
  by: string,
  people: () => Promise<readonly Person[]>,
  emailTo: (person: Person) => Email,
): void {
  const { mailer } = deps;
  if (mailer === null) return;
  deps.later(async () => {
    const reachable = (await people()).filter(({ emailVerifiedAt }) => emailVerifiedAt !== null);
    await Promise.all(
      reachable.map(async (person) => {
        const { send } = await mailer.admitLater({ kind: "told", to: person.email, by });
        await send?.(emailTo(person));
      }),
    );
  });
}

export function tooManyEmails(waitMs: number): Refusal {
  return rateLimited("This address gets no more emails for now. Check the mailbox and its spam folder.", waitMs);
}

/** Returns the mailer, or refuses when the instance has none. */
export function requireMailer({ mailer }: Pick<Deps, "mailer">): LimitedMailer {
  if (mailer !== null) return mailer;
  throw new Refusal(
    "mail_off",
    "This instance has no mail server, so it cannot send email. Ask an instance admin; the operator sets one with MINTMARK_SMTP_URL.",
  );
}
