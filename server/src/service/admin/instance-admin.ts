// What an instance admin does: accounts, organizations from outside, tokens, services. Rule: every change locks the
// instance and asks `requireInstanceAdmin()` inside its transaction, after the locks. Deliberately absent: any
// authority in an organization, which only a membership gives, and every secret.
import type { Transaction } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";

/**
 * The caller must still be signed in and an instance admin, judged inside the transaction that acts: of two who suspend
 * each other at once, the second has already lost the authority. An instance admin has none in any organization.
 */
export async function requireInstanceAdmin(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
): Promise<void> {
  const user = await tx.lockUser(actor.user.id);
  if (user === null || user.deletedAt !== null || user.suspendedAt !== null || user.instanceAdminAt === null) {
    throw new Refusal("instance_admin_required", "Only an instance admin can do this, and you no longer are one.");
  }
  await requireLiveSession(deps, tx, actor);
}
