import type { Transaction } from "../../store/store.ts";
import { withUserLocked } from "../account/lock-user.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { requireLiveSession } from "../session/live-session.ts";
import type { EndedByProof } from "../email/first-proof.ts";
import { getOpenInvitation } from "./find-invitation.ts";
import { joinByInvitation } from "./join.ts";

export interface Accepted {
  readonly actor: SessionActor;
  /** What ended because the link came by mail and proved the address. */
  readonly ended: EndedByProof | null;
}

/** Makes the signed-in person a member by a link they hold; the session goes on in that organization. */
export async function acceptInvitation(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings" | "mailer">,
  actor: SessionActor,
  token: string,
): Promise<Accepted> {
  const { reads } = deps.store;
  const { organization: joined } = await getOpenInvitation(deps, reads, token);
  const work = async (tx: Transaction): Promise<Accepted> => {
    const { organization, ended } = await joinByInvitation(deps, tx, actor, token);
    const user = await requireLiveSession(deps, tx, actor);
    await tx.setSessionOrganization(actor.session.id, organization.id);
    return { actor: { ...actor, user, session: { ...actor.session, organizationId: organization.id } }, ended };
  };
  // Locked everywhere, for a link that came by mail may be the first proof of the address.
  return withUserLocked(deps.store, actor.user.id, work, { also: joined.id });
}
