import type { Actor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { getOrganization } from "./get-organization.ts";
import { type Standing, standingOf } from "./standing.ts";

/**
 * The caller's organizations, the personal one first, then by name. A person who is signed in sees all
 * they are a member of, also where they are suspended; a token or key sees the one it is pinned to.
 */
export async function listOrganizations(deps: Deps, actor: Actor): Promise<readonly Standing[]> {
  if (actor.kind === "credential") return [await getOrganization(deps, actor, actor.principal.organization.id)];
  const entries = await deps.store.reads.listOrganizationsOfUser(actor.user.id);
  return entries.map((entry) => standingOf(deps.catalogue, entry));
}
