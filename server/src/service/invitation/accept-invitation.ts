import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { joinByInvitation } from "./join.ts";

/** Makes the signed-in person a member by a link they hold; the session goes on in that organization. */
export function acceptInvitation(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings" | "mailer">,
  actor: SessionActor,
  token: string,
): Promise<SessionActor> {
  return deps.store.transaction(async (tx) => {
    const { organization } = await joinByInvitation(deps, tx, actor, token);
    const user = await requireLiveSession(deps, tx, actor);
    await tx.setSessionOrganization(actor.session.id, organization.id);
    return { ...actor, user, session: { ...actor.session, organizationId: organization.id } };
  });
}
