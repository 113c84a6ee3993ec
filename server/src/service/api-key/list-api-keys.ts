import type { OrganizationId } from "@mintmark/core";
import type { ApiKeyRecord, Page, PageRequest } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";

/** The organization's API keys, newest first, revoked ones included. */
export async function listApiKeys(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<ApiKeyRecord>> {
  await requirePermission(deps, deps.store.reads, actor, organizationId, "api-keys:read");
  return deps.store.reads.listApiKeys(organizationId, page);
}
