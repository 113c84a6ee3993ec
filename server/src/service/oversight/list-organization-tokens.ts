import type { OrganizationId } from "@mintmark/core";
import type { Page, PageRequest, TokenRecord } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { requireOversight } from "./require-oversight.ts";

/** Every member's tokens in the organization, newest first, ended and dismissed ones included. */
export async function listOrganizationTokens(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<TokenRecord>> {
  const { organization } = await requirePermission(deps, deps.store.reads, actor, organizationId, "tokens:read");
  requireOversight(organization.policy, "list");
  return deps.store.reads.listTokensOfOrganization(organizationId, page);
}
