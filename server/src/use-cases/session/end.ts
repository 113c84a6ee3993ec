// Ending browser sessions: one, all others, or the session that makes the request.
// Rule: ending locks the user first, and each session that still worked gets an event. When a function here returns,
// the cookies of the sessions no longer work.
import type { SessionEndReason, SessionId } from "@mintmark/core";
import type { AuditEventRecord, Transaction } from "../../store/store.ts";
import { type Deps, eventBy, notFound, type SessionActor } from "../use-case.ts";
import { requireLiveSession } from "../authority.ts";

/** Ends one of the caller's sessions. Another person's session, and one that has ended, is `not_found`. */
export function endSession(deps: Pick<Deps, "store" | "clock">, actor: SessionActor, id: SessionId): Promise<void> {
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    const at = deps.clock();
    if (!(await tx.endSession(actor.user.id, id, at))) throw notFound();
    await tx.insertAuditEvents([sessionEnded(actor, id, "ended_by_user", at)]);
  });
}

/** Ends all sessions of the caller except this one. Returns how many of them still worked. */
export function endOtherSessions(deps: Pick<Deps, "store" | "clock">, actor: SessionActor): Promise<number> {
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    return endOthers(tx, actor, "ended_by_user", deps.clock());
  });
}

/** The same in the caller's transaction, which has locked the user. Ends expired sessions too, without an event. */
export async function endOthers(
  tx: Transaction,
  actor: SessionActor,
  reason: SessionEndReason,
  at: number,
): Promise<number> {
  const usable = await tx.listSessions(actor.user.id, at);
  const others = usable.filter(({ id }) => id !== actor.session.id);
  await tx.endSessionsOfUser(actor.user.id, actor.session.id, at);
  await tx.insertAuditEvents(others.map(({ id }) => sessionEnded(actor, id, reason, at)));
  return others.length;
}

/** Ends this session. When this returns, its cookie no longer works. */
export function signOut(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  reason: Extract<SessionEndReason, "signed_out" | "replaced"> = "signed_out",
): Promise<void> {
  return deps.store.transaction(async (tx) => {
    const at = deps.clock();
    await tx.lockUser(actor.user.id);
    const ended = await tx.endSession(actor.user.id, actor.session.id, at);
    if (ended) await tx.insertAuditEvents([sessionEnded(actor, actor.session.id, reason, at)]);
  });
}

/** Builds the audit event of an ended session. */
export function sessionEnded(
  actor: SessionActor,
  id: SessionId,
  reason: SessionEndReason,
  at: number,
): AuditEventRecord {
  return eventBy(actor, {
    at,
    organizationId: null,
    action: "session.ended",
    target: { kind: "session", id, name: "Browser session" },
    details: { reason },
  });
}
