import type { SessionId } from "@mintmark/core";
import type { Transaction } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../refusal.ts";
import { listUsableSessions } from "./list-sessions.ts";
import { requireLiveSession } from "./live-session.ts";
import { type SessionEnd, sessionEnded } from "./session-ended.ts";

/** Ends one of the caller's sessions; another person's, and one that has ended, is `not_found`. */
export function endSession(deps: Pick<Deps, "store" | "clock">, actor: SessionActor, id: SessionId): Promise<void> {
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    const at = deps.clock();
    if (!(await tx.endSession(actor.user.id, id, at))) throw notFound();
    await tx.insertAuditEvents([sessionEnded(actor, id, "ended_by_user", at)]);
  });
}

/** Ends every session of the caller but the one that asks, and answers how many people could still use. */
export function endOtherSessions(deps: Pick<Deps, "store" | "clock">, actor: SessionActor): Promise<number> {
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    return endOthers(tx, actor, "ended_by_user", deps.clock());
  });
}

/** The same in the caller's transaction, which holds the user's lock. Sessions that had run out are closed without a word. */
export async function endOthers(tx: Transaction, actor: SessionActor, reason: SessionEnd, at: number): Promise<number> {
  const usable = await listUsableSessions(tx, actor.user.id, at);
  const others = usable.filter(({ id }) => id !== actor.session.id);
  await tx.endSessionsOfUser(actor.user.id, actor.session.id, at);
  await tx.insertAuditEvents(others.map(({ id }) => sessionEnded(actor, id, reason, at)));
  return others.length;
}
