import type { Cursor } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { type Standing, standingOf } from "../organization/standing.ts";

/** Organizations that a session names; beyond, `listOrganizations` pages on. It is read with every page of the web app. */
const NAMED = 20;

/** Who is signed in, where they are, and where they could go. */
export interface SessionView {
  readonly actor: SessionActor;
  /** The caller's standing in the active organization. */
  readonly active: Standing;
  /** In the first of the caller's organizations: the personal one first, then by name. */
  readonly standings: readonly Standing[];
  /** Where the list of organizations goes on; `null` when these are all. */
  readonly next: Cursor | null;
  /** How many organizations there are. */
  readonly count: number;
}

/**
 * Describes the caller's session by committed truth. Sessions are moved away from an organization that
 * their user leaves; in the instant between, the session is shown in the personal one.
 */
export async function describeSession(
  { store: { reads }, catalogue }: Pick<Deps, "store" | "catalogue">,
  actor: SessionActor,
): Promise<SessionView> {
  const { organizationId } = actor.session;
  const page = await reads.pageOrganizationsOfUser(actor.user.id, null, { limit: NAMED, after: null });
  const { items, next, count } = page ?? { items: [], next: null, count: 0 };
  const active =
    items.find(({ organization }) => organization.id === organizationId) ??
    (next === null ? null : await reads.findOrganizationOfUser(actor.user.id, organizationId)) ??
    items[0];
  if (active === undefined) throw new Error(`user ${actor.user.id} has no personal organization`);
  return {
    actor,
    active: standingOf(catalogue, active),
    standings: items.map((entry) => standingOf(catalogue, entry)),
    next,
    count,
  };
}
