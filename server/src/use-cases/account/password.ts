import type { AuditAction, Secret } from "@mintmark/core";
import type { LimitedMailer } from "../../mail/email.ts";
import type { ActorRef, AuditEventRecord, TargetRef, Transaction, UserRecord } from "../../store/store.ts";
import { actorRef, authorOf, eventBy, eventOf, type RequestOrigin, type SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { requireEmail, requirePassword } from "../input.ts";
import { networkBounds, requireWithin } from "../limits/attempts.ts";
import { requireMailer, tellLater } from "../limits/emails.ts";
import { rememberAddress } from "../limits/sign-in.ts";
import { requireLiveSession, withUserLocked } from "../locks.ts";
import { endOthers, listUsableSessions } from "../session/session.ts";
import { requireOwnPassword, requireSamePassword } from "../session/sign-in.ts";
import { countEnded, recordEnded, sweepTokens } from "../token/end-many.ts";
import { getEmailLink, issueEmailLink, linkInvalid, spendEmailLink } from "./email.ts";
import { passwordChangedLetter, resetLetter } from "./emails.ts";
import type { EndedByProof } from "./first-proof.ts";
import { recordProof } from "./verify-email.ts";

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** Whether the caller's personal access tokens, in all organizations, end with it. */
  readonly revokeTokens?: boolean | undefined;
}

export interface PasswordChanged {
  readonly endedSessions: number;
  readonly revokedTokens: number;
}

/**
 * Changes the caller's password and ends their other sessions; on request every token of theirs dies in
 * the same transaction. When this returns the old password, those sessions and those tokens are worth nothing, nor is a
 * link that was mailed before to set a new password or another address. The owner is told by mail.
 */
export async function changePassword(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer" | "later" | "hashPassword">,
  actor: SessionActor,
  change: PasswordChange,
): Promise<PasswordChanged> {
  const { name, email } = actor.user;
  const newPassword = requirePassword(change.newPassword, [name, email], "newPassword");
  const checkedHash = await requireOwnPassword(deps, actor, change.currentPassword, "currentPassword");
  const passwordHash = await deps.hashPassword(newPassword, { standing: "signed_in", sources: [actor.user.id] });
  // The organizations are locked as well: a mint that is under way is waited for, and its token found.
  const { to, changed } = await withUserLocked(deps.store, actor.user.id, async (tx, { entries }) => {
    const user = await requireLiveSession(deps, tx, actor);
    await requireSamePassword(tx, user.id, checkedHash);
    const at = deps.clock();
    await tx.setPasswordHash(user.id, passwordHash);
    await tx.endEmailLinks("reset_password", user.id);
    await tx.endEmailLinks("verify_email", user.id);
    const endedSessions = await endOthers(tx, actor, "password_changed", at);
    const memberships = change.revokeTokens === true ? entries.map(({ membership }) => membership.id) : [];
    const ended = await sweepTokens(tx, memberships, { at, by: actorRef(actor), reason: "self" });
    const revokedTokens = countEnded(ended);
    const event = eventBy(actor, {
      at,
      organizationId: null,
      action: "user.password_changed",
      target: { kind: "user", id: user.id, name: user.name },
      details: { endedSessions, revokedTokens },
    });
    await tx.insertAuditEvents([event]);
    await recordEnded(tx, authorOf(actor), ended, event.id);
    return { to: user, changed: { endedSessions, revokedTokens } };
  });
  const { revokedTokens } = changed;
  tellLater(
    deps,
    to.id,
    async () => [to],
    ({ email }) => passwordChangedLetter(deps, email, { byMail: false, revokedTokens }),
  );
  return changed;
}

// Passwords that were forgotten: a letter asked for, and a new password set by the link in it.
// Rule: asking tells nothing. Whether an address has an account shows in no answer and in no answer's time, for
// everything that depends on it is done after the answer.

type ForgotDeps = Pick<Deps, "store" | "clock" | "settings">;

const WINDOW_MS = 3_600_000;
/** Requests from one network in an hour, for any mailboxes: a whole office may be behind it. */
const REQUESTS_OF_NETWORK = 200;

/**
 * Mails a link to set a new password, if the address has an account that is not suspended. One address gets a few
 * letters an hour; more requests are answered alike and send nothing, and the links sent before go on working. A
 * network that asks too often is refused (`rate_limited`), whatever it asks for.
 */
export async function forgotPassword(
  deps: ForgotDeps & Pick<Deps, "mailer" | "later">,
  input: { readonly email: string },
  origin: RequestOrigin,
): Promise<void> {
  const mailer = requireMailer(deps);
  const email = requireEmail(input.email);
  const bound = { key: "password:forgot", most: REQUESTS_OF_NETWORK, windowMs: WINDOW_MS };
  await requireWithin(
    deps,
    networkBounds(origin.ip, bound),
    "Your network asked for too many emails. Check your mailbox.",
  );
  deps.later(() => mailReset(deps, mailer, email, origin));
}

async function mailReset(deps: ForgotDeps, mailer: LimitedMailer, email: string, origin: RequestOrigin): Promise<void> {
  // Counted before the account is looked for: what is done first is the same for every address.
  const { send } = await mailer.admitLater({ kind: "reset", to: email, by: null });
  if (send === null) return;
  const found = await deps.store.reads.findUserByEmail(email);
  if (found === null) return;
  const made = await deps.store.transaction(async (tx): Promise<{ user: UserRecord; link: Secret } | null> => {
    const user = await tx.lockUser(found.id);
    if (user === null || user.deletedAt !== null || user.suspendedAt !== null || user.email !== found.email)
      return null;
    const at = deps.clock();
    const link = await issueEmailLink(tx, "reset_password", user, at);
    await tx.insertAuditEvents([
      eventOf(
        { actor: { kind: "system", id: "anonymous", name: "Someone not signed in" }, via: null, origin },
        {
          at,
          organizationId: null,
          action: "user.password_reset_requested",
          target: { kind: "user", id: user.id, name: user.name },
        },
      ),
    ]);
    return { user, link };
  });
  // To the address as the account has it, not as it was typed.
  if (made !== null) await send(resetLetter(deps, made.user, made.link));
}

export interface PasswordReset {
  /** What follows `#token=` in the email's link. */
  readonly token: string;
  readonly password: string;
  /** Whether the person's tokens, in all organizations, end with it. */
  readonly revokeTokens?: boolean | undefined;
}

export interface PasswordResetDone extends PasswordChanged {
  /** What ended besides because the link proved an address that was not proved before. */
  readonly ended: EndedByProof | null;
}

/**
 * Sets a new password by the link in a letter. When this returns the old password and every session are worth
 * nothing, and no other link that was mailed for the account works; tokens stay unless it is asked for. The link came by
 * mail, so it proves the address as well; where the address was not proved, whatever was made in the account ends, for
 * somebody else may have opened it. Nobody is signed in by it.
 */
export async function resetPassword(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer" | "later" | "hashPassword">,
  input: PasswordReset,
  origin: RequestOrigin,
): Promise<PasswordResetDone> {
  const { reads } = deps.store;
  const found = await getEmailLink(reads, "reset_password", input.token, deps.clock());
  const owner = await reads.findUser(found.userId);
  const password = requirePassword(input.password, owner === null ? [] : [owner.name, owner.email]);
  // Hashed only for whoever has a live link: hashing cannot be had for nothing.
  const passwordHash = await deps.hashPassword(password, { standing: "expected", sources: [found.userId] });
  const { to, changed } = await withUserLocked(deps.store, found.userId, async (tx, { user, entries }) => {
    const at = deps.clock();
    await getEmailLink(tx, "reset_password", input.token, at);
    await spendEmailLink(tx, "reset_password", input.token);
    if (user === null || user.deletedAt !== null || user.suspendedAt !== null) throw linkInvalid();
    await tx.endEmailLinks("reset_password", user.id);
    await tx.endEmailLinks("verify_email", user.id);
    await tx.setPasswordHash(user.id, passwordHash);
    const by = { user, origin, at };
    const endedSessions = await endSessions(tx, by);
    const ended = await recordProof(tx, user, { by: "password_reset", at, origin, session: null });
    const memberships = input.revokeTokens === true ? entries.map(({ membership }) => membership.id) : [];
    const swept = await sweepTokens(tx, memberships, { at, by: refOf(user), reason: "self" });
    const done = { endedSessions, revokedTokens: countEnded(swept) + (ended?.tokens ?? 0) };
    const reset = event(by, "user.password_reset", { kind: "user", id: user.id, name: user.name }, done);
    await tx.insertAuditEvents([reset]);
    await recordEnded(tx, { actor: refOf(user), via: null, origin }, swept, reset.id);
    // Whoever mistyped the old password before need not wait to use the new one.
    await rememberAddress(tx, user.email, origin, at);
    // The link that was opened proves the address.
    return { to: { ...user, emailVerifiedAt: user.emailVerifiedAt ?? at }, changed: { ...done, ended } };
  });
  const { revokedTokens } = changed;
  tellLater(
    deps,
    to.id,
    async () => [to],
    ({ email }) => passwordChangedLetter(deps, email, { byMail: true, revokedTokens }),
  );
  return changed;
}

interface Resetting {
  readonly user: UserRecord;
  readonly origin: RequestOrigin;
  readonly at: number;
}

async function endSessions(tx: Transaction, by: Resetting): Promise<number> {
  const usable = await listUsableSessions(tx, by.user.id, by.at);
  await tx.endSessionsOfUser(by.user.id, null, by.at);
  await tx.insertAuditEvents(
    usable.map(({ id }) =>
      event(by, "session.ended", { kind: "session", id, name: "Browser session" }, { reason: "password_reset" }),
    ),
  );
  return usable.length;
}

function refOf({ id, name }: UserRecord): ActorRef {
  return { kind: "user", id, name };
}

function event(
  { user, origin, at }: Resetting,
  action: AuditAction,
  target: TargetRef,
  details: Readonly<Record<string, unknown>>,
): AuditEventRecord {
  return eventOf({ actor: refOf(user), via: null, origin }, { at, organizationId: null, action, target, details });
}
