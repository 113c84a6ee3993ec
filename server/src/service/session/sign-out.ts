import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { sessionEnded } from "./session-ended.ts";

/** Ends the session that asks: its cookie is worth nothing when this returns. */
export function signOut(deps: Pick<Deps, "store" | "clock">, actor: SessionActor): Promise<void> {
  return deps.store.transaction(async (tx) => {
    const at = deps.clock();
    await tx.lockUser(actor.user.id);
    const ended = await tx.endSession(actor.user.id, actor.session.id, at);
    if (ended) await tx.insertAuditEvents([sessionEnded(actor, actor.session.id, "signed_out", at)]);
  });
}
