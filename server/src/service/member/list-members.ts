import type { OrganizationId } from "@mintmark/core";
import type { MemberRecord, Page, PageRequest } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";

/** The organization's present members, latest joining first; `query` is a part of a name or an address. */
export async function listMembers(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly query: string | null; readonly page: PageRequest },
): Promise<Page<MemberRecord>> {
  await requirePermission(deps, deps.store.reads, actor, input.organizationId, "members:read");
  const query = input.query?.trim() ?? "";
  const filter = { query: query === "" ? null : query, now: deps.clock() };
  return deps.store.reads.listMembers(input.organizationId, filter, input.page);
}
