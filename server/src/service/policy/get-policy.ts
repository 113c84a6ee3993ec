import type { OrganizationId, TokenPolicy } from "@mintmark/core";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";

/** The organization's token policy, whole: the default where none was set. */
export async function getPolicy(deps: Deps, actor: Actor, organizationId: OrganizationId): Promise<TokenPolicy> {
  const { organization } = await requirePermission(deps, deps.store.reads, actor, organizationId, "policy:read");
  return organization.policy;
}
