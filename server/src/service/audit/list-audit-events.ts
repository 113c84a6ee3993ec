import type { OrganizationId } from "@mintmark/core";
import type { AuditEventRecord, AuditFilter, Page, PageRequest } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";

/** The organization's audit log, newest first. The organization is part of every question: no filter reaches beyond it. */
export async function listAuditEvents(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  filter: Omit<AuditFilter, "organizationId" | "concerning">,
  page: PageRequest,
): Promise<Page<AuditEventRecord>> {
  await requirePermission(deps, deps.store.reads, actor, organizationId, "audit:read");
  return deps.store.reads.listAuditEvents({ ...filter, organizationId }, page);
}
