import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { requireLiveSession } from "./live-session.ts";
import { requireOwnPassword, requireSamePassword } from "./own-password.ts";

/** Gives the password again, so that for 15 minutes this session may do the irreversible. */
export async function reauthenticate(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  password: string,
): Promise<SessionActor> {
  const checkedHash = await requireOwnPassword(deps, actor, password);
  return deps.store.transaction(async (tx) => {
    const user = await requireLiveSession(deps, tx, actor);
    await requireSamePassword(tx, user.id, checkedHash);
    const at = deps.clock();
    await tx.setSessionAuthenticated(actor.session.id, at);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "session.reauthenticated",
        target: { kind: "session", id: actor.session.id, name: "Browser session" },
      }),
    ]);
    return { ...actor, user, session: { ...actor.session, authenticatedAt: at } };
  });
}
