// Members: listing them, changing a role, and reinstating a suspended member.
// Rule: nobody grants or revokes more than they hold, and one active owner always remains. Both are evaluated under the
// organization's exclusive lock. A member is one membership: a person who leaves and joins again is another member, and
// no token of the first one works again.
// Deliberately absent: removing and suspending (remove.ts).
import {
  type ApiKeyId,
  type Catalogue,
  coversRole,
  type MembershipId,
  type OrganizationId,
  OWNER_ROLE,
} from "@mintmark/core";
import type { MemberRecord, Page, PageRequest, Transaction } from "../../store/store.ts";
import { type Actor, eventBy } from "../actor.ts";
import {
  type Authority,
  isLastActiveOwner,
  lastOwner,
  requireCoversRole,
  requireKnownRole,
  requirePermission,
  requireRecentPassword,
} from "../authority.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission, refusePersonal } from "../locks.ts";
import { notFound, type Receipt, receiptAt } from "../refusal.ts";

export interface MemberPath {
  readonly organizationId: OrganizationId;
  readonly membershipId: MembershipId;
}

/** A member to remove or suspend, and the API keys to revoke with them, since the person may hold their secrets. */
export interface Offboarded extends MemberPath {
  readonly revokeApiKeys?: readonly ApiKeyId[];
}

/** A member after a change, and the receipt that the change is in force. */
export interface MemberChange {
  readonly member: MemberRecord;
  readonly receipt: Receipt;
}

/** Returns the organization's present members, latest joining first. `query` is a part of a name or an address. */
export async function listMembers(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly query: string | null; readonly page: PageRequest },
): Promise<Page<MemberRecord>> {
  await requirePermission(deps, deps.store.reads, actor, input.organizationId, "members:read");
  const query = input.query?.trim() ?? "";
  const filter = { query: query === "" ? null : query, now: deps.clock() };
  return deps.store.reads.listMembers(input.organizationId, filter, input.page);
}

/**
 * Gives a member another role. Their tokens change at once, since they store nothing of the role. The caller must hold
 * every permission of the present and of the new role, so nobody can raise their own. The last active owner keeps the
 * role.
 */
export function changeRole(
  deps: Deps,
  actor: Actor,
  input: MemberPath & { readonly role: string },
): Promise<MemberChange> {
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, input.organizationId, "exclusive", "members:write");
    refusePersonal(authority.organization);
    const member = await lockMember(deps, tx, input);
    requireKnownRole(deps.catalogue, input.role);
    requireCoversMember(deps.catalogue, authority, member);
    requireCoversRole(deps.catalogue, authority, input.role);
    const at = deps.clock();
    if (member.role === input.role) return { member, receipt: receiptAt(at) };
    if (input.role !== OWNER_ROLE && (await isLastActiveOwner(tx, member))) {
      throw lastOwner(authority.organization.name);
    }
    requireRecentPassword(deps, actor, { kind: "powerful-role", role: input.role });
    await tx.setMemberRole(member.id, input.role);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: input.organizationId,
        action: "member.role_changed",
        target: { kind: "membership", id: member.id, name: member.user.name },
        details: { before: { role: member.role }, after: { role: input.role } },
      }),
    ]);
    return { member: { ...member, role: input.role }, receipt: receiptAt(at) };
  });
}

/** Reinstates a suspended member with their role. Paused tokens work again; revoked ones do not. */
export function reinstateMember(deps: Deps, actor: Actor, input: MemberPath): Promise<MemberChange> {
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, input.organizationId, "exclusive", "members:write");
    refusePersonal(authority.organization);
    const member = await lockMember(deps, tx, input);
    requireCoversMember(deps.catalogue, authority, member);
    const at = deps.clock();
    if (member.suspendedAt === null) return { member, receipt: receiptAt(at) };
    requireRecentPassword(deps, actor, { kind: "powerful-role", role: member.role });
    await tx.reinstateMembership(member.id);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: input.organizationId,
        action: "member.reinstated",
        target: { kind: "membership", id: member.id, name: member.user.name },
        details: { role: member.role },
      }),
    ]);
    return { member: { ...member, suspendedAt: null }, receipt: receiptAt(at) };
  });
}

/**
 * Locks a membership and returns its member, so that a mint either finished before or waits. An ended membership, and
 * one of another organization, is `not_found`.
 */
export async function lockMember(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  { organizationId, membershipId }: MemberPath,
): Promise<MemberRecord> {
  const member = await tx.lockMember(organizationId, membershipId, deps.clock());
  if (member === null) throw notFound();
  return member;
}

/**
 * Refuses to change a member whose role the caller does not cover. A role that is no longer in the catalogue may have
 * held any permission, so only an owner may change its members.
 */
export function requireCoversMember(catalogue: Catalogue, authority: Authority, member: MemberRecord): void {
  requireCoversRole(catalogue, authority, roleToCover(catalogue, member));
}

/** Returns whether the caller covers the member's role, by the same rule. */
export function coversMember(catalogue: Catalogue, authority: Authority, member: MemberRecord): boolean {
  return coversRole(catalogue, roleToCover(catalogue, member), authority.permissions);
}

function roleToCover(catalogue: Catalogue, member: MemberRecord): string {
  return catalogue.roles.has(member.role) ? member.role : OWNER_ROLE;
}
