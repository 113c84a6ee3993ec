import type { AuditEventRecord, AuditFilter, Page, PageRequest } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/** The audit log of the whole instance, newest first: of accounts, services and every organization, deleted ones too. */
export function listInstanceEvents(
  deps: Pick<Deps, "store">,
  filter: Omit<AuditFilter, "concerning">,
  page: PageRequest,
): Promise<Page<AuditEventRecord>> {
  return deps.store.reads.listAuditEvents(filter, page);
}
