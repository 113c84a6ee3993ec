// Reads the directory: by the host's ids, by ours, and as lists.
// Rule: a key sees only what its source keeps, and the members of its organizations. Everything else is `not_found`.
import type { OrganizationId, UserId } from "@mintmark/core";
import type {
  DirectoryFilter,
  MemberRecord,
  OrganizationRecord,
  Page,
  PageRequest,
  UserRecord,
} from "../../store/store.ts";
import { type Deps, type ManagementActor, notFound } from "../use-case.ts";

type ReadDeps = Pick<Deps, "store" | "clock">;

export interface ListInput {
  /** Only the one with this id of ours. */
  readonly id: string | null;
  readonly query: string | null;
  readonly page: PageRequest;
}

/** Returns the users of the key's source, newest first. */
export function listDirectoryUsers(
  { store }: ReadDeps,
  { key }: ManagementActor,
  { id, query, page }: ListInput,
): Promise<Page<UserRecord>> {
  if (id === null) return store.reads.listDirectoryUsers(filterOf(key, query), page);
  return onlyOne(store.reads.findUser(id as UserId), key, page);
}

/** Returns the organizations of the key's source, newest first. */
export function listDirectoryOrganizations(
  { store }: ReadDeps,
  { key }: ManagementActor,
  { id, query, page }: ListInput,
): Promise<Page<OrganizationRecord>> {
  if (id === null) return store.reads.listDirectoryOrganizations(filterOf(key, query), page);
  return onlyOne(store.reads.findOrganization(id as OrganizationId), key, page);
}

function filterOf({ source }: ManagementActor["key"], query: string | null): DirectoryFilter {
  const text = query?.trim() ?? "";
  return { source, query: text === "" ? null : text };
}

async function onlyOne<T extends Pick<UserRecord, "externalSource" | "deletedAt">>(
  finding: Promise<T | null>,
  { source }: ManagementActor["key"],
  { after }: PageRequest,
): Promise<Page<T>> {
  const found = await finding;
  const isTheirs = found !== null && found.deletedAt === null && found.externalSource === source;
  return { items: isTheirs && after === null ? [found] : [], next: null };
}

export async function getDirectoryUser(
  { store }: ReadDeps,
  { key }: ManagementActor,
  externalId: string,
): Promise<UserRecord> {
  const user = await store.reads.findUserByExternalId({ source: key.source, id: externalId });
  if (user === null) throw notFound();
  return user;
}

export async function getDirectoryOrganization(
  { store }: ReadDeps,
  { key }: ManagementActor,
  externalId: string,
): Promise<OrganizationRecord> {
  const organization = await store.reads.findOrganizationByExternalId({ source: key.source, id: externalId });
  if (organization === null) throw notFound();
  return organization;
}

/** Returns the organization's present members, latest joining first, also those whom the source does not know. */
export async function listDirectoryMembers(
  deps: ReadDeps,
  actor: ManagementActor,
  { organization, query, page }: Omit<ListInput, "id"> & { readonly organization: string },
): Promise<Page<MemberRecord>> {
  const { id } = await getDirectoryOrganization(deps, actor, organization);
  const filter = { query: filterOf(actor.key, query).query, now: deps.clock() };
  return deps.store.reads.listMembers(id, filter, page);
}

export async function getDirectoryMember(
  deps: ReadDeps,
  actor: ManagementActor,
  named: { readonly organization: string; readonly user: string },
): Promise<MemberRecord> {
  const { reads } = deps.store;
  const [organization, user] = [
    await getDirectoryOrganization(deps, actor, named.organization),
    await getDirectoryUser(deps, actor, named.user),
  ];
  const membership = await reads.findMembership(organization.id, user.id);
  const member = membership === null ? null : await reads.findMember(organization.id, membership.id, deps.clock());
  if (member === null) throw notFound();
  return member;
}

/** Returns a page of the organizations of this user that the source keeps, by name, with the membership in each. */
export async function listOrganizationsOfDirectoryUser(
  deps: ReadDeps,
  actor: ManagementActor,
  externalId: string,
): Promise<
  readonly { readonly organization: OrganizationRecord; readonly role: string; readonly suspended: boolean }[]
> {
  const { id } = await getDirectoryUser(deps, actor, externalId);
  const own = await deps.store.reads.listOrganizationsOfUser(id);
  return own
    .filter(({ organization }) => organization.externalSource === actor.key.source)
    .map(({ organization, membership }) => ({
      organization,
      role: membership.role,
      suspended: membership.suspendedAt !== null,
    }));
}
