// Changing a password, and setting a new one by an emailed link when it was forgotten.
// Rule: a new password ends the sessions and links that depended on the old one. A request for a reset reveals nothing:
// everything that depends on the account happens after the response.
import type { AuditAction, Secret } from "@mintmark/core";
import type { LimitedMailer } from "../../mail/email.ts";
import type { ActorRef, AuditEventRecord, TargetRef, Transaction, UserRecord } from "../../store/store.ts";
import {
  actorRef,
  ANONYMOUS,
  authorOf,
  type Deps,
  eventBy,
  eventOf,
  type RequestOrigin,
  type SessionActor,
} from "../use-case.ts";
import { requireEmail, requirePassword } from "../input.ts";
import { notifyLater, requireMailer } from "../limits/emails.ts";
import { limitNetwork } from "../limits/limits.ts";
import { rememberAddress } from "../limits/sign-in.ts";
import { requireLiveSession, withUserLocked } from "../authority.ts";
import { endOthers } from "../session/end.ts";
import { listUsableSessions } from "../session/session.ts";
import { requireOwnPassword, requireSamePassword } from "../session/sign-in.ts";
import { countEnded, recordEnded, sweepTokens } from "../token/revoke.ts";
import { getEmailLink, issueEmailLink, linkInvalid, spendEmailLink } from "./email-link.ts";
import { passwordChangedEmail, resetEmail } from "./emails.ts";
import type { EndedByProof } from "./first-proof.ts";
import { recordProof } from "./verify-email.ts";

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** Whether to revoke the caller's personal access tokens in all organizations. */
  readonly revokeTokens?: boolean | undefined;
}

export interface PasswordChanged {
  readonly endedSessions: number;
  readonly revokedTokens: number;
}

/**
 * Changes the caller's password and ends their other sessions. On request, the same transaction revokes all their
 * tokens. When this returns, the old password, those sessions and those tokens no longer work, nor do earlier emailed
 * links that set a password or change the address. The owner is notified by email.
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
  // The organizations are locked too, so a mint that is under way finishes first and its token is found.
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
  notifyLater(
    deps,
    to.id,
    async () => [to],
    ({ email }) => passwordChangedEmail(deps, email, { byMail: false, revokedTokens }),
  );
  return changed;
}

type ForgotDeps = Pick<Deps, "store" | "clock" | "settings">;

/**
 * Mails a link to set a new password if the address has an account that is not suspended. One address gets a few emails
 * an hour. More requests get the same answer, send nothing, and leave earlier links working. A network that asks too
 * often is refused (`rate_limited`), for any address.
 */
export async function forgotPassword(
  deps: ForgotDeps & Pick<Deps, "mailer" | "later">,
  input: { readonly email: string },
  origin: RequestOrigin,
): Promise<void> {
  const mailer = requireMailer(deps);
  const email = requireEmail(input.email);
  await limitNetwork(deps, "passwordReset", origin.ip);
  deps.later(() => mailReset(deps, mailer, email, origin));
}

async function mailReset(deps: ForgotDeps, mailer: LimitedMailer, email: string, origin: RequestOrigin): Promise<void> {
  // Counted before the account is looked up, so that the first work is the same for every address.
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
        { actor: ANONYMOUS, via: null, origin },
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
  // Use the address of the account, not the one that was typed.
  if (made !== null) await send(resetEmail(deps, made.user, made.link));
}

export interface PasswordReset {
  /** The part of the email's link after `#token=`. */
  readonly token: string;
  readonly password: string;
  /** Whether to revoke the person's tokens in all organizations. */
  readonly revokeTokens?: boolean | undefined;
}

export interface PasswordResetDone extends PasswordChanged {
  /** The other endings, because the link verified the address for the first time. */
  readonly ended: EndedByProof | null;
}

/**
 * Sets a new password by an emailed link. When this returns, the old password, all sessions and all other emailed links
 * of the account no longer work. Tokens stay unless the person asks to revoke them. The link also verifies the address.
 * If it was unverified, everything that was created in the account ends, since somebody else may have opened it. Does
 * not sign anyone in.
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
  // Hash only for the holder of a valid link, since hashing is expensive.
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
    // Failures with the old password must not delay the use of the new one.
    await rememberAddress(tx, user.email, origin, at);
    // Opening the link has verified the address.
    return { to: { ...user, emailVerifiedAt: user.emailVerifiedAt ?? at }, changed: { ...done, ended } };
  });
  const { revokedTokens } = changed;
  notifyLater(
    deps,
    to.id,
    async () => [to],
    ({ email }) => passwordChangedEmail(deps, email, { byMail: true, revokedTokens }),
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
