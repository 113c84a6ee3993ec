// Changing a password, and setting a new one by a link when it was forgotten. The link is emailed, or handed over by an
// instance admin or the operator (admin/password-reset.ts).
// Rule: a new password ends the sessions and links that depended on the old one. A request for a reset reveals nothing:
// it queues an email for any address, and the account is looked up when that email is sent (compose.ts).
import { type AuditAction, emailKey } from "@mintmark/core";
import type {
  ActorRef,
  AuditEventRecord,
  EmailLinkRecord,
  TargetRef,
  Transaction,
  UserRecord,
} from "../../store/store.ts";
import {
  actorRef,
  authorOf,
  type Deps,
  eventBy,
  eventOf,
  type RequestOrigin,
  type SessionActor,
  requirePasswordHere,
} from "../use-case.ts";
import { requireEmail, requirePassword } from "../input.ts";
import { requireMailer } from "../limits/emails.ts";
import { limitNetwork } from "../limits/limits.ts";
import { rememberAddress } from "../limits/sign-in.ts";
import { queueEmail, queueNews } from "../mail/outbox.ts";
import { isActiveInstanceAdmin, type LockedUser, requireLiveSession, withUserLocked } from "../authority.ts";
import { endOthers } from "../session/end.ts";
import { requireOwnPassword, requireSamePassword } from "../session/sign-in.ts";
import { countEnded, recordEnded, sweepTokens } from "../token/revoke.ts";
import { getEmailLink, linkInvalid, spendEmailLink } from "./email-link.ts";
import type { passwordChangedEmail } from "./emails.ts";
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
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer" | "hashPassword">,
  actor: SessionActor,
  change: PasswordChange,
): Promise<PasswordChanged> {
  const { name, email } = actor.user;
  requirePasswordHere(deps, actor.user);
  const newPassword = requirePassword(change.newPassword, [name, email], "newPassword");
  const checkedHash = await requireOwnPassword(deps, actor, change.currentPassword, "currentPassword");
  const passwordHash = await deps.hashPassword(newPassword, { standing: "signed_in", sources: [actor.user.id] });
  // The organizations are locked too, so a mint that is under way finishes first and its token is found.
  return withUserLocked(deps.store, actor.user.id, async (tx, { entries }) => {
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
    await warnOwner(deps, tx, user, { by: "session", revokedTokens });
    return { endedSessions, revokedTokens };
  });
}

/** Queues the warning to the present address of the account, if it is verified. */
function warnOwner(
  deps: Pick<Deps, "mailer" | "clock">,
  tx: Transaction,
  user: UserRecord,
  details: Parameters<typeof passwordChangedEmail>[2],
): Promise<void> {
  return queueNews(deps, tx, user.id, [user], () => ({ kind: "password_changed", details }));
}

/**
 * Queues an email with a link to set a new password. It is sent if the address has an account that is not suspended. One
 * address gets a few emails an hour. More requests get the same answer, send nothing, and leave earlier links working.
 * A network that asks too often is refused (`rate_limited`), for any address.
 */
export async function forgotPassword(
  deps: Pick<Deps, "store" | "clock" | "mailer">,
  input: { readonly email: string },
  origin: RequestOrigin,
): Promise<void> {
  const mailer = requireMailer(deps);
  const recipient = requireEmail(input.email);
  await limitNetwork(deps, "passwordReset", origin.ip);
  if ((await mailer.admit({ kind: "reset", to: recipient, by: null })) > 0) return mailer.held("reset");
  // Nothing here depends on the account, so the response and its time are the same for every address.
  await deps.store.transaction((tx) =>
    queueEmail(
      tx,
      { kind: "reset_password", recipient, about: emailKey(recipient), details: { origin } },
      deps.clock(),
    ),
  );
}

export interface PasswordReset {
  /** The part of the link after `#token=`. */
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
 * Sets a new password by a link. When this returns, the old password, all sessions and all other links of the account no
 * longer work. Tokens stay unless the person asks to revoke them. An emailed link also verifies the address. If it was
 * unverified, everything that was created in the account ends, since somebody else may have opened it. A link that was
 * handed over verifies nothing. Does not sign anyone in.
 */
export async function resetPassword(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer" | "hashPassword">,
  input: PasswordReset,
  origin: RequestOrigin,
): Promise<PasswordResetDone> {
  const { reads } = deps.store;
  const found = await getEmailLink(reads, "reset_password", input.token, deps.clock());
  const owner = await reads.findUser(found.userId);
  const password = requirePassword(input.password, owner === null ? [] : [owner.name, owner.email]);
  // Hash only for the holder of a valid link, since hashing is expensive.
  const passwordHash = await deps.hashPassword(password, { standing: "expected", sources: [found.userId] });
  const isEmailed = found.issuedBy === null;
  const link = isEmailed ? "email" : found.issuedBy === "host" ? "host" : "admin";
  const work = async (tx: Transaction, { user, entries }: LockedUser) => {
    const at = deps.clock();
    await getEmailLink(tx, "reset_password", input.token, at);
    await spendEmailLink(tx, "reset_password", input.token);
    if (user === null || user.deletedAt !== null || user.suspendedAt !== null) throw linkInvalid();
    if (!(await mayReset(tx, found, user))) throw linkInvalid();
    requirePasswordHere(deps, user);
    await tx.endEmailLinks("reset_password", user.id);
    await tx.endEmailLinks("verify_email", user.id);
    await tx.setPasswordHash(user.id, passwordHash);
    const by = { user, origin, at };
    const endedSessions = await endSessions(tx, by);
    const proof = { by: "password_reset", at, origin, session: null } as const;
    const ended = isEmailed ? await recordProof(tx, user, proof) : null;
    const memberships = input.revokeTokens === true ? entries.map(({ membership }) => membership.id) : [];
    const swept = await sweepTokens(tx, memberships, { at, by: refOf(user), reason: "self" });
    const done = { endedSessions, revokedTokens: countEnded(swept) + (ended?.tokens ?? 0) };
    const target = { kind: "user", id: user.id, name: user.name } as const;
    const reset = event(by, "user.password_reset", target, { ...done, link });
    await tx.insertAuditEvents([reset]);
    await recordEnded(tx, { actor: refOf(user), via: null, origin }, swept, reset.id);
    // Failures with the old password must not delay the use of the new one.
    await rememberAddress(tx, user.email, origin, at);
    // Opening an emailed link has verified the address.
    const emailVerifiedAt = user.emailVerifiedAt ?? (isEmailed ? at : null);
    await warnOwner(deps, tx, { ...user, emailVerifiedAt }, { by: link, revokedTokens: done.revokedTokens });
    return { ...done, ended };
  };
  // An instance admin who made the link must still be one, so their dismissal comes before or after this.
  return withUserLocked(deps.store, found.userId, work, { lockInstance: !isEmailed });
}

/**
 * Whether the maker of the link may still give it. An instance admin who was dismissed or suspended since may not, nor may
 * any for a person who is an instance admin now.
 */
async function mayReset(tx: Transaction, { issuedBy }: EmailLinkRecord, user: UserRecord): Promise<boolean> {
  if (issuedBy === null || issuedBy === "host") return true;
  const maker = await tx.findUser(issuedBy);
  return user.instanceAdminAt === null && maker !== null && isActiveInstanceAdmin(maker);
}

interface Resetting {
  readonly user: UserRecord;
  readonly origin: RequestOrigin;
  readonly at: number;
}

async function endSessions(tx: Transaction, by: Resetting): Promise<number> {
  const usable = await tx.listSessions(by.user.id, by.at);
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
