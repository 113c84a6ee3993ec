// Changes the name and the email address of an account.
import type { Transaction, UserRecord } from "../../store/store.ts";
import { type Deps, eventBy, refuseKeptByHost, Refusal, type SessionActor } from "../use-case.ts";
import { requireEmail, requireName } from "../input.ts";
import { tooManyEmails } from "../limits/emails.ts";
import { limitPerson } from "../limits/limits.ts";
import { requireLiveSession } from "../authority.ts";
import { requireOwnPassword, requireSamePassword } from "../session/sign-in.ts";
import { requestChange, takeEmail } from "./verify-email.ts";

export interface AccountChange {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** Required to change the email. */
  readonly password?: string | undefined;
}

export interface AccountUpdated {
  readonly user: UserRecord;
  /**
   * The address that a link was mailed to, and that changes when its owner opens it; `null` when nobody asked for one.
   */
  readonly confirmationSentTo: string | null;
}

/**
 * Changes the caller's name and requests another email address. Another address needs the password. With mail, the
 * address changes when its owner opens a mailed link, and the response does not reveal whether it already has an
 * account. Without mail, it changes at once or is refused with `email_taken`.
 */
export async function updateAccount(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer">,
  actor: SessionActor,
  change: AccountChange,
): Promise<AccountUpdated> {
  refuseKeptByHost(deps, actor.user);
  const name = change.name === undefined ? null : requireName(change.name);
  const email = change.email === undefined ? actor.user.email : requireEmail(change.email);
  if (email === actor.user.email) return { user: await renameOnly(deps, actor, name), confirmationSentTo: null };
  const checkedHash = await requirePasswordForEmail(deps, actor, change.password);
  await limitPerson(deps, "emailChange", actor.user.id);
  const { mailer } = deps;
  const waitMs = (await mailer?.admit({ kind: "verification", to: email, by: actor.user.id })) ?? 0;
  if (waitMs > 0) throw tooManyEmails(waitMs);
  return deps.store.transaction(async (tx) => {
    const before = await requireLiveSession(deps, tx, actor);
    await requireSamePassword(tx, before.id, checkedHash);
    await rename(deps, tx, actor, before, name);
    const user = (await tx.findUser(before.id)) ?? before;
    if (mailer === null) return { user: await takeEmail(deps, tx, actor, user, email), confirmationSentTo: null };
    await requestChange(deps, tx, actor, user, email);
    return { user, confirmationSentTo: email };
  });
}

function renameOnly(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  name: string | null,
): Promise<UserRecord> {
  return deps.store.transaction(async (tx) => {
    const user = await requireLiveSession(deps, tx, actor);
    await rename(deps, tx, actor, user, name);
    return (await tx.findUser(user.id)) ?? user;
  });
}

async function requirePasswordForEmail(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  password: string | undefined,
): Promise<string> {
  if (password !== undefined) return requireOwnPassword(deps, actor, password);
  throw new Refusal("field_invalid", "To change the email address, send your password as `password`.", {
    errors: [{ field: "password", message: "Enter your password to change the email address." }],
  });
}

async function rename(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  user: UserRecord,
  name: string | null,
): Promise<void> {
  if (name === null || name === user.name) return;
  await tx.setUserName(user.id, name);
  await tx.insertAuditEvents([
    eventBy(actor, {
      at: deps.clock(),
      organizationId: null,
      action: "user.renamed",
      target: { kind: "user", id: user.id, name: user.name },
      details: { before: { name: user.name }, after: { name } },
    }),
  ]);
}
