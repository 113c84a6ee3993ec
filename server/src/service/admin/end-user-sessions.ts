import type { UserId } from "@mintmark/core";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { notFound } from "../refusal.ts";
import { listUsableSessions } from "../session/list-sessions.ts";
import { sessionEnded } from "../session/session-ended.ts";
import { requireInstanceAdmin } from "./instance-admin.ts";

export interface EndedSessions {
  readonly receipt: Receipt;
  /** Browsers that were signed in. */
  readonly endedSessions: number;
}

/**
 * Signs a person out everywhere: when this returns, no browser of theirs is signed in; they may sign in again, and
 * their tokens work on. Of one's own sessions the one that asks stays.
 */
export function endUserSessions(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: UserId,
): Promise<EndedSessions> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    const user = await tx.lockUser(id);
    await requireInstanceAdmin(deps, tx, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    const at = deps.clock();
    const usable = await listUsableSessions(tx, id, at);
    const ended = usable.filter((session) => session.id !== actor.session.id);
    await tx.endSessionsOfUser(id, id === actor.user.id ? actor.session.id : null, at);
    await tx.insertAuditEvents(ended.map((session) => sessionEnded(actor, session.id, "ended_by_admin", at)));
    return { receipt: receiptAt(at), endedSessions: ended.length };
  });
}
