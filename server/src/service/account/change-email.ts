// Changes the email address of an account. With mail, the change happens when the link in an email to the new address
// is opened, and until then nothing changes. So the answer does not tell whether the address has an account, and nobody
// can take an address whose mail they cannot read. Without mail no address can be proved, and the change happens at
// once.
import type { Secret } from "@mintmark/core";
import type { Letter } from "../../mail/letter.ts";
import type { Transaction, UserRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { issueEmailLink } from "../email/email-link.ts";
import { type Admission, tellLater } from "../email/letter-limit.ts";
import { addressChangedLetter, changeLetter, hasAccountLetter } from "../email/letters.ts";
import { recordRequest } from "../email/mail-verification.ts";
import { rememberAddress } from "../session/sign-in-tries.ts";
import { emailTaken, isEmailTaken } from "./open-account.ts";

/** Makes the link that takes the address, in the caller's transaction; links that were mailed before are dead. */
export async function issueChangeLink(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  { origin }: SessionActor,
  user: UserRecord,
  email: string,
): Promise<Secret> {
  const at = deps.clock();
  await tx.endEmailLinks("verify_email", user.id);
  const link = await issueEmailLink(tx, "verify_email", { id: user.id, email }, at);
  await recordRequest(tx, { ...user, email }, origin, at);
  return link;
}

/**
 * After the answer: the link, or, to a proved address of another account, word that it has one. What is done before the
 * answer is the same for both.
 */
export function mailChangeLater(
  deps: Pick<Deps, "store" | "settings" | "later">,
  send: NonNullable<Admission["send"]>,
  { user, email, link }: { readonly user: UserRecord; readonly email: string; readonly link: Secret },
): void {
  deps.later(async () => {
    const owner = await deps.store.reads.findUserByEmail(email);
    if (owner === null || owner.id === user.id) return send(changeLetter(deps, email, link));
    if (owner.emailVerifiedAt !== null) await send(hasAccountLetter(deps, owner.email));
  });
}

/** Takes the address, in the caller's transaction, and ends the links to the old one. Refuses with `email_taken`. */
export async function takeEmail(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  user: UserRecord,
  email: string,
): Promise<UserRecord> {
  const owner = await tx.findUserByEmail(email);
  if (owner !== null && owner.id !== user.id) throw emailTaken("Choose another one.");
  try {
    await tx.setUserEmail(user.id, email);
  } catch (error) {
    // Another account took it in the instant between.
    throw isEmailTaken(error) ? emailTaken("Choose another one.") : error;
  }
  await tx.endEmailLinks("verify_email", user.id);
  await tx.endEmailLinks("reset_password", user.id);
  const at = deps.clock();
  await rememberAddress(tx, email, actor.origin, at);
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: null,
      action: "user.email_changed",
      target: { kind: "user", id: user.id, name: user.name },
      details: { before: { email: user.email }, after: { email } },
    }),
  ]);
  return (await tx.findUser(user.id)) ?? user;
}

/** Tells the address that an account has given up, if it was proved. */
export function tellOldAddressLater(deps: Pick<Deps, "mailer" | "later" | "settings">, before: UserRecord): void {
  const letter = (person: UserRecord): Letter => addressChangedLetter(deps, person.email);
  tellLater(deps, before.id, async () => [before], letter);
}
