// Members: listed, given a role, suspended, reinstated, removed, leaving.
// Rule: nobody hands out or takes away more than they hold, and an active owner always stays; both are
// judged under the organization's exclusive lock. A member is a membership, one joining of one person: who
// leaves and joins again is another member, and no token of the first comes back.
import type { ApiKeyId, Catalogue, MembershipId, OrganizationId } from "@mintmark/core";
import { coversRole, OWNER_ROLE } from "@mintmark/core";
import type { MemberRecord, Transaction } from "../../store/store.ts";
import { type Authority, requireCoversRole } from "../authority.ts";
import type { Deps } from "../deps.ts";
import type { Receipt } from "../receipt.ts";
import { notFound } from "../refusal.ts";

export interface MemberPath {
  readonly organizationId: OrganizationId;
  readonly membershipId: MembershipId;
}

/** A member to remove or suspend, and the API keys to revoke with them: the person may hold their secrets. */
export interface Offboarded extends MemberPath {
  readonly revokeApiKeys?: readonly ApiKeyId[];
}

/** A member after a change, and the word that the change holds everywhere. */
export interface MemberChange {
  readonly member: MemberRecord;
  readonly receipt: Receipt;
}

/**
 * The present member, their membership locked: a mint that is under way waits or is waited for. A
 * membership that ended, or is another organization's, is `not_found`.
 */
export async function lockMember(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  { organizationId, membershipId }: MemberPath,
): Promise<MemberRecord> {
  // Found before it is locked: the row of another organization is never touched.
  if ((await tx.findMember(organizationId, membershipId, deps.clock())) === null) throw notFound();
  await tx.lockMembership(membershipId);
  const member = await tx.findMember(organizationId, membershipId, deps.clock());
  if (member === null) throw notFound();
  return member;
}

/**
 * Refuses to touch a member who may do more than the caller. A role that the catalogue has lost may have
 * held anything, so its bearers are an owner's to handle.
 */
export function requireCoversMember(catalogue: Catalogue, authority: Authority, member: MemberRecord): void {
  requireCoversRole(catalogue, authority, roleToCover(catalogue, member));
}

/** Whether the caller may touch the member, by the same rule. */
export function coversMember(catalogue: Catalogue, authority: Authority, member: MemberRecord): boolean {
  return coversRole(catalogue, roleToCover(catalogue, member), authority.permissions);
}

function roleToCover(catalogue: Catalogue, member: MemberRecord): string {
  return catalogue.roles.has(member.role) ? member.role : OWNER_ROLE;
}
