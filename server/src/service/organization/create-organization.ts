import type { SessionActor } from "../actor.ts";
import { actorRef, viaRef } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { requireName } from "../input.ts";
import { requireRoom } from "../limits.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { foundOrganization } from "./found-organization.ts";
import { type Standing, standingOf } from "./standing.ts";

/** Creates an organization that the caller owns. Anyone with an account may, until they are in as many as one can be. */
export function createOrganization(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings">,
  actor: SessionActor,
  input: { readonly name: string },
): Promise<Standing> {
  const name = requireName(input.name);
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    await requireRoom(deps, tx, "organizationsOfPerson", actor.user.id);
    const by = { actor: actorRef(actor), via: viaRef(actor), origin: actor.origin };
    const founded = await foundOrganization(tx, by, { name, owner: actor.user, personal: false, at: deps.clock() });
    return standingOf(deps.catalogue, founded);
  });
}
