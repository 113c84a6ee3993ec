import type { Page, PageRequest } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";
import { getOrganization } from "./get-organization.ts";
import { type Standing, standingOf } from "./standing.ts";

/**
 * A page of the caller's organizations, the personal one first, then by name; with a query those whose name contains it.
 * A person who is signed in sees all they are a member of, also where they are suspended; a token or key sees the one it
 * is pinned to. Refuses the cursor of an organization that they are no longer in (`cursor_invalid`).
 */
export async function listOrganizations(
  deps: Deps,
  actor: Actor,
  query: string | null,
  page: PageRequest,
): Promise<Page<Standing>> {
  if (actor.kind === "credential") {
    const own = await getOrganization(deps, actor, actor.principal.organization.id);
    const isFound = query === null || own.organization.name.toLowerCase().includes(query.toLowerCase());
    return { items: isFound && page.after === null ? [own] : [], next: null };
  }
  const found = await deps.store.reads.pageOrganizationsOfUser(actor.user.id, query, page);
  if (found === null) {
    throw new Refusal(
      "cursor_invalid",
      "The cursor refers to an organization that you have left. Start again without it.",
    );
  }
  return { items: found.items.map((entry) => standingOf(deps.catalogue, entry)), next: found.next };
}
