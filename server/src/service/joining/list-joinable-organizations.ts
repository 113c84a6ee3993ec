import { emailDomain } from "@mintmark/core";
import type { JoinableRecord, Page, PageRequest } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";

/**
 * The organizations that are open to the domain of the caller's verified address, without those they are in or were
 * removed from. Nothing is offered to an address that is not proved.
 */
export async function listJoinableOrganizations(
  { store, catalogue }: Pick<Deps, "store" | "catalogue">,
  { user }: SessionActor,
  page: PageRequest,
): Promise<Page<JoinableRecord>> {
  if (user.emailVerifiedAt === null) return { items: [], next: null };
  const filter = { userId: user.id, domain: emailDomain(user.email) };
  const { items, next } = await store.reads.listJoinableOrganizations(filter, page);
  return { items: items.filter(({ role }) => catalogue.roles.has(role)), next };
}
