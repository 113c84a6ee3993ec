import type { OrganizationFilter, OrganizationSummary, Page, PageRequest } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/** The organizations of the instance from outside, newest first: names and counts, nothing of what is inside. */
export function listInstanceOrganizations(
  deps: Pick<Deps, "store" | "clock">,
  filter: OrganizationFilter,
  page: PageRequest,
): Promise<Page<OrganizationSummary>> {
  return deps.store.reads.listOrganizations(filter, deps.clock(), page);
}
