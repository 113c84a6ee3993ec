import { actorRef, type SessionActor } from "../actor.ts";
import { authorOf, eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { tellLater } from "../email/letter-limit.ts";
import { passwordChangedLetter } from "../email/letters.ts";
import { countEnded, recordEnded, sweepTokens } from "../follow-up/end-tokens.ts";
import { requirePassword } from "../input.ts";
import { endOthers } from "../session/end-session.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { requireOwnPassword, requireSamePassword } from "../session/own-password.ts";
import { withUserLocked } from "./lock-user.ts";

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
