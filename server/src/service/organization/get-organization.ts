import type { OrganizationId } from "@mintmark/core";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { type Standing, standingBy } from "./standing.ts";

/** One organization and the caller's standing in it. */
export async function getOrganization(deps: Deps, actor: Actor, id: OrganizationId): Promise<Standing> {
  return standingBy(await requirePermission(deps, deps.store.reads, actor, id, "organization:read"));
}
