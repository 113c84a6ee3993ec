import type { Page, PageRequest, UserRecord } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/** Every account of the instance, newest first; `query` matches a part of name or email. */
export function listUsers(
  deps: Pick<Deps, "store">,
  filter: { readonly query: string | null },
  page: PageRequest,
): Promise<Page<UserRecord>> {
  return deps.store.reads.listUsers(filter, page);
}
