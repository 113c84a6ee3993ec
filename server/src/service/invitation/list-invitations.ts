import type { OrganizationId } from "@mintmark/core";
import type { InvitationRecord, Page, PageRequest } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";

/** The organization's invitations that were neither accepted nor withdrawn, newest first, expired ones included. */
export async function listInvitations(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<InvitationRecord>> {
  await requirePermission(deps, deps.store.reads, actor, organizationId, "invitations:read");
  return deps.store.reads.listInvitations(organizationId, page);
}
