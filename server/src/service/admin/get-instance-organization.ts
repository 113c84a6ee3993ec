import type { OrganizationId } from "@mintmark/core";
import type { MemberRecord, OrganizationSummary } from "../../store/store.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../refusal.ts";

export interface OrganizationOverview extends OrganizationSummary {
  /** Whom to ask about it; empty when nobody can administer it. */
  readonly owners: readonly MemberRecord[];
}

/** One organization, also a deleted one, with its owners. */
export async function getInstanceOrganization(
  deps: Pick<Deps, "store" | "clock">,
  id: OrganizationId,
): Promise<OrganizationOverview> {
  const now = deps.clock();
  const summary = await deps.store.reads.findOrganizationSummary(id, now);
  if (summary === null) throw notFound();
  return { ...summary, owners: await deps.store.reads.listOwners(id, now) };
}
