import type { Page, PageRequest, ServiceRecord } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/** The registered services, newest first, revoked ones included. */
export function listServices(deps: Pick<Deps, "store">, page: PageRequest): Promise<Page<ServiceRecord>> {
  return deps.store.reads.listServices(page);
}
