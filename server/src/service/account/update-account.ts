import { emailKey } from "@mintmark/core";
import type { AuditEventRecord, Transaction, UserRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy, type EventContent } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { addressChangedLetter } from "../email/letters.ts";
import { mailVerificationLater } from "../email/mail-verification.ts";
import { requireEmail, requireName } from "../input.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { requireOwnPassword, requireSamePassword } from "../session/own-password.ts";
import { rememberAddress } from "../session/sign-in-tries.ts";
import { emailTaken, isEmailTaken } from "./open-account.ts";

export interface AccountChange {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** Needed to change the email. */
  readonly password?: string | undefined;
}

/**
 * Changes the caller's name and email address. Another address needs the password and counts as unverified until a
 * link that is mailed to it was opened; links that were mailed to the old one are dead, and the old one is told.
 */
export async function updateAccount(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer" | "later">,
  actor: SessionActor,
  change: AccountChange,
): Promise<UserRecord> {
  const name = change.name === undefined ? actor.user.name : requireName(change.name);
  const email = change.email === undefined ? actor.user.email : requireEmail(change.email);
  const checkedHash = email === actor.user.email ? null : await requirePasswordForEmail(deps, actor, change.password);
  try {
    const { before, after } = await deps.store.transaction(async (tx) => {
      const user = await requireLiveSession(deps, tx, actor);
      if (checkedHash !== null) await requireSamePassword(tx, user.id, checkedHash);
      await tx.insertAuditEvents([
        ...(change.name === undefined ? [] : await rename(deps, tx, actor, user, name)),
        ...(checkedHash === null ? [] : await changeEmail(deps, tx, actor, user, email)),
      ]);
      return { before: user, after: (await tx.findUser(user.id)) ?? user };
    });
    if (after.email !== before.email) tellBothAddresses(deps, actor, before, after);
    return after;
  } catch (error) {
    throw isEmailTaken(error) ? emailTaken("Choose another one.") : error;
  }
}

function tellBothAddresses(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer" | "later">,
  actor: SessionActor,
  before: UserRecord,
  after: UserRecord,
): void {
  const { mailer } = deps;
  if (mailer === null) return;
  if (emailKey(before.email) !== emailKey(after.email))
    deps.later(() => mailer.send(addressChangedLetter(deps, before.email)));
  mailVerificationLater(deps, after, actor.origin);
}

async function requirePasswordForEmail(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  password: string | undefined,
): Promise<string> {
  if (password !== undefined) return requireOwnPassword(deps, actor, password);
  throw new Refusal("field_invalid", "Changing the email address needs your password. Send it as `password`.", {
    errors: [{ field: "password", message: "Changing the email address needs your password." }],
  });
}

async function rename(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  user: UserRecord,
  name: string,
): Promise<AuditEventRecord[]> {
  if (name === user.name) return [];
  await tx.setUserName(user.id, name);
  return [changed(deps, actor, user, "user.renamed", { before: { name: user.name }, after: { name } })];
}

async function changeEmail(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  user: UserRecord,
  email: string,
): Promise<AuditEventRecord[]> {
  if (email === user.email) return [];
  await tx.setUserEmail(user.id, email);
  await tx.endEmailLinks("verify_email", user.id);
  await tx.endEmailLinks("reset_password", user.id);
  await rememberAddress(tx, email, actor.origin, deps.clock());
  return [changed(deps, actor, user, "user.email_changed", { before: { email: user.email }, after: { email } })];
}

function changed(
  deps: Pick<Deps, "clock">,
  actor: SessionActor,
  user: UserRecord,
  action: "user.renamed" | "user.email_changed",
  details: NonNullable<EventContent["details"]>,
): AuditEventRecord {
  return eventBy(actor, {
    at: deps.clock(),
    organizationId: null,
    action,
    target: { kind: "user", id: user.id, name: user.name },
    details,
  });
}
