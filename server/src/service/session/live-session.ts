import type { Transaction, UserRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";

/**
 * The caller's user, locked, with the session that asks still going on. Whatever ends sessions locks the
 * user first, so a change that waited behind a suspension, a deletion, a sign-out or a new password sees
 * it here and is refused. Take the organizations' locks before this one.
 */
export async function requireLiveSession(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
): Promise<UserRecord> {
  const user = await tx.lockUser(actor.user.id);
  const session = await tx.findOpenSession(actor.user.id, actor.session.id, deps.clock());
  if (user !== null && user.deletedAt === null && user.suspendedAt === null && session !== null) return user;
  throw new Refusal("session_ended", "You were signed out while this request was on its way, so nothing changed.");
}
