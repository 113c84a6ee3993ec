import type { AuditAction } from "@mintmark/core";
import type { ActorRef, AuditEventRecord, TargetRef, Transaction, UserRecord } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import type { PasswordChanged } from "../account/change-password.ts";
import { withUserLocked } from "../account/lock-user.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { getEmailLink, linkInvalid, spendEmailLink } from "../email/email-link.ts";
import { tellLater } from "../email/letter-limit.ts";
import { passwordChangedLetter } from "../email/letters.ts";
import type { EndedByProof } from "../email/first-proof.ts";
import { recordProof } from "../email/verify-email.ts";
import { countEnded, recordEnded, sweepTokens } from "../follow-up/end-tokens.ts";
import { requirePassword } from "../input.ts";
import { listUsableSessions } from "../session/list-sessions.ts";
import { rememberAddress } from "../session/sign-in-tries.ts";

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
