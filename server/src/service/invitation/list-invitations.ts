import type { OrganizationId } from "@mintmark/core";
import type { Page, PageRequest } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { type ListedInvitation, listedInvitations } from "./find-invitation.ts";

/** The organization's invitations that were neither accepted nor withdrawn, newest first, expired and void ones included. */
export async function listInvitations(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<ListedInvitation>> {
  const { reads } = deps.store;
  const { organization } = await requirePermission(deps, reads, actor, organizationId, "invitations:read");
  const { items, next } = await reads.listInvitations(organizationId, page);
  return { items: await listedInvitations(deps, reads, organization, items), next };
}
