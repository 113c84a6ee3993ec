import type { UserId } from "@mintmark/core";
import type { Transaction, UserRecord } from "../../store/store.ts";
import { type LockedUser, withUserLocked } from "../account/lock-user.ts";
import { actorRef, type SessionActor } from "../actor.ts";
import { authorOf, eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { countEnded, recordEnded, sweepTokens } from "../follow-up/end-tokens.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { notFound, Refusal } from "../refusal.ts";
import { requireInstanceAdmin } from "./instance-admin.ts";

/** A user after a change, and the word that the change holds everywhere. */
export interface UserChange {
  readonly user: UserRecord;
  readonly receipt: Receipt;
}

/**
 * Suspends an account: when this returns its sessions have ended and its tokens are refused everywhere.
 * They rest until it is reinstated; in organizations whose policy says `revokeOnSuspend` they die. An
 * organization may lose its last active owner this way. Repeating it answers the instant of the first.
 */
export function suspendUser(deps: Pick<Deps, "store" | "clock">, actor: SessionActor, id: UserId): Promise<UserChange> {
  const work = async (tx: Transaction, locked: LockedUser): Promise<UserChange> => {
    await requireInstanceAdmin(deps, tx, actor);
    const { user } = locked;
    if (user === null || user.deletedAt !== null) throw notFound();
    if (user.suspendedAt !== null) return { user, receipt: receiptAt(user.suspendedAt) };
    if (user.instanceAdminAt !== null && (await tx.countInstanceAdmins()) <= 1) {
      throw new Refusal(
        "last_instance_admin",
        `"${user.name}" is the only instance admin who is not suspended, so nobody could reinstate them.`,
      );
    }
    if (user.id === actor.user.id) {
      throw new Refusal(
        "self_suspension",
        "You cannot suspend yourself: ask another instance admin, or delete your account.",
      );
    }
    const at = deps.clock();
    await suspend(tx, actor, user, locked, at);
    return { user: { ...user, suspendedAt: at }, receipt: receiptAt(at) };
  };
  return withUserLocked(deps.store, id, work, { lockInstance: true });
}

async function suspend(
  tx: Transaction,
  actor: SessionActor,
  user: UserRecord,
  { entries }: LockedUser,
  at: number,
): Promise<void> {
  await tx.suspendUser(user.id, at, actor.user.id);
  const endedSessions = await tx.endSessionsOfUser(user.id, null, at);
  const memberships = entries.flatMap(({ organization, membership }) =>
    organization.policy.revokeOnSuspend ? [membership.id] : [],
  );
  const ended = await sweepTokens(tx, memberships, { at, by: actorRef(actor), reason: "suspended" });
  const event = eventBy(actor, {
    at,
    organizationId: null,
    action: "user.suspended",
    target: { kind: "user", id: user.id, name: user.name },
    details: { endedSessions, revokedTokens: countEnded(ended) },
  });
  await tx.insertAuditEvents([event]);
  await recordEnded(tx, authorOf(actor), ended, event.id);
}
