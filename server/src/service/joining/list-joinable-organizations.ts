import { emailDomain } from "@mintmark/core";
import type { JoinableRecord, Page, PageRequest } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { isOpen } from "./domain-joining.ts";

/**
 * The organizations that are open to the domain of the caller's verified address, without those they are in or were
 * removed from, and without those whose opener may no longer open them. Nothing is offered to an address that is not proved.
 */
export async function listJoinableOrganizations(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings">,
  { user }: SessionActor,
  page: PageRequest,
): Promise<Page<JoinableRecord>> {
  if (user.emailVerifiedAt === null) return { items: [], next: null };
  const filter = { userId: user.id, domain: emailDomain(user.email) };
  const { reads } = deps.store;
  const { items, next } = await reads.listJoinableOrganizations(filter, page);
  const open = await Promise.all(
    items.map(async (joinable) => {
      const organization = await reads.findOrganization(joinable.organizationId);
      return organization !== null && (await isOpen(deps, reads, organization, joinable));
    }),
  );
  return { items: items.filter((_, index) => open[index] === true), next };
}
