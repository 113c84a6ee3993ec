import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { type Standing, standingOf } from "../organization/standing.ts";

/** Who is signed in, where they are, and where they could go. */
export interface SessionView {
  readonly actor: SessionActor;
  /** The caller's standing in the active organization. */
  readonly active: Standing;
  /** In every organization of the caller: the personal one first, then by name. */
  readonly standings: readonly Standing[];
}

/**
 * Describes the caller's session by committed truth. Sessions are moved away from an organization that
 * their user leaves; in the instant between, the session is shown in the personal one.
 */
export async function describeSession(
  deps: Pick<Deps, "store" | "catalogue">,
  actor: SessionActor,
): Promise<SessionView> {
  const entries = await deps.store.reads.listOrganizationsOfUser(actor.user.id);
  const standings = entries.map((entry) => standingOf(deps.catalogue, entry));
  const active = standings.find(({ organization }) => organization.id === actor.session.organizationId) ?? standings[0];
  if (active === undefined) throw new Error(`user ${actor.user.id} has no personal organization`);
  return { actor, active, standings };
}
