import type { AuditEventRecord, AuditFilter, Page, PageRequest } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";

/** What the caller did and what was done to them, newest first, in every organization. Always readable. */
export function listAccountEvents(
  deps: Pick<Deps, "store">,
  actor: SessionActor,
  filter: Omit<AuditFilter, "concerning">,
  page: PageRequest,
): Promise<Page<AuditEventRecord>> {
  return deps.store.reads.listAuditEvents({ ...filter, concerning: actor.user.id }, page);
}
