import type { Page, PageRequest, UserFilter, UserRecord } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/** The accounts of the instance, newest first. */
export function listUsers(deps: Pick<Deps, "store">, filter: UserFilter, page: PageRequest): Promise<Page<UserRecord>> {
  return deps.store.reads.listUsers(filter, page);
}
