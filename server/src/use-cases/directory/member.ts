// Changes and removes members of the host's organizations.
// Rule: when a removal or a suspension returns, the member's tokens of the organization are refused everywhere. The host may
// take the last active owner, and the event says so.
import { OWNER_ROLE } from "@mintmark/core";
import type {
  DirectoryKey,
  MemberRecord,
  MembershipRecord,
  OrganizationRecord,
  Transaction,
  UserRecord,
} from "../../store/store.ts";
import { isLastActiveOwner, requireKnownRole, requireLiveManagementKey } from "../authority.ts";
import { requireRoomToJoin } from "../limits/limits.ts";
import { endMembership, recordSuspension } from "../member/member.ts";
import type { OffboardingReceipt } from "../member/offboarding.ts";
import { actorRef, type EventContent, eventBy, type ManagementActor, receiptAt } from "../use-case.ts";
import {
  type Applied,
  type DirectoryDeps,
  externalIdUnknown,
  floorKeysOf,
  isStale,
  keyOf,
  type MemberChange,
  type MemberFacts,
  SeenVersions,
  tooLate,
  unchanged,
  versionAfter,
} from "./change.ts";
import { isAsStated } from "./facts.ts";

/**
 * Changes or removes the member of this change. Refuses an organization or a user that the host has not sent
 * (`external_id_unknown`), a role that is not in the catalogue, and one member more than allowed. Returns `null` when
 * there is no such member: then they can be added.
 */
export async function changeMember(
  deps: DirectoryDeps,
  actor: ManagementActor,
  change: MemberChange,
): Promise<Applied | null> {
  const { source } = actor.key;
  const { reads } = deps.store;
  const organization = await reads.findOrganizationByExternalId({ source, id: change.organization });
  if (organization === null) throw externalIdUnknown("organization", change.organization);
  const user = await reads.findUserByExternalId({ source, id: change.user });
  if (user === null) throw externalIdUnknown("user", change.user);
  return deps.store.transaction(async (tx) => {
    const locked = await lockMember(deps, tx, actor, { organization, user });
    const at = deps.clock();
    const seen = new SeenVersions(
      change.version === null
        ? []
        : [
            ...(await tx.lockDirectoryVersions(source, [keyOf(change)], at)),
            ...(await tx.findDirectoryVersions(source, floorKeysOf(change))),
          ],
    );
    if (locked === null) return null;
    // A change that repeats an earlier one waits for that one.
    await tx.confirmation();
    const { member } = locked;
    if (isStale(change, seen)) return tooLate(change, member?.id ?? null);
    if (member === null) {
      await refuseJoining(deps, tx, change.facts, { organization, user });
      return null;
    }
    const role = change.facts?.role ?? member.role;
    if (role !== member.role) requireKnownRole(deps.catalogue, role);
    const result = await apply({ tx, actor, at, organization: locked.organization }, member, change);
    const version = versionAfter(change, seen);
    if (version !== null) await tx.saveDirectoryVersions(source, [version], at);
    else if (change.facts === null) await tx.markDirectoryDeletion(source, keyOf(change));
    return result;
  });
}

/** Locks the organization, the membership and the user. Returns `null` when one of them has ended meanwhile. */
async function lockMember(
  deps: DirectoryDeps,
  tx: Transaction,
  actor: ManagementActor,
  found: { readonly organization: OrganizationRecord; readonly user: UserRecord },
): Promise<{ readonly organization: OrganizationRecord; readonly member: MemberRecord | null } | null> {
  const organization = await tx.lockOrganization(found.organization.id, "exclusive");
  const membership = await tx.lockMembership(found.organization.id, found.user.id);
  const user = await tx.lockUser(found.user.id);
  await requireLiveManagementKey(deps, tx, actor);
  if (organization === null || organization.deletedAt !== null || user === null || user.deletedAt !== null) return null;
  const member = membership === null ? null : await tx.findMember(organization.id, membership.id, deps.clock());
  return { organization, member };
}

/** Throws the reason why nobody was added, if there is one. */
async function refuseJoining(
  deps: DirectoryDeps,
  tx: Transaction,
  facts: MemberFacts | null,
  { organization, user }: { readonly organization: OrganizationRecord; readonly user: UserRecord },
): Promise<void> {
  if (facts === null) return;
  requireKnownRole(deps.catalogue, facts.role);
  await requireRoomToJoin(deps, tx, organization.id, user.id);
}

interface Work {
  readonly tx: Transaction;
  readonly actor: ManagementActor;
  readonly at: number;
  readonly organization: OrganizationRecord;
}

async function apply(work: Work, member: MemberRecord, change: MemberChange): Promise<Applied> {
  const { facts } = change;
  if (facts !== null && isAsStated(member, facts)) return unchanged(change, member.id);
  const receipt = facts === null ? await remove(work, member) : await restate(work, member, facts);
  return { ...unchanged(change, member.id), changed: true, receipt };
}

async function remove({ tx, actor, at, organization }: Work, member: MemberRecord): Promise<OffboardingReceipt> {
  const withoutOwner = await isLastActiveOwner(tx, member);
  return endMembership(tx, actor, { organization, member, action: "member.removed", apiKeys: [], at, withoutOwner });
}

/** A suspension comes first, so that nothing of the member is ever more powerful than both states. */
async function restate(
  work: Work,
  member: MemberRecord,
  { role, suspended }: MemberFacts,
): Promise<NonNullable<Applied["receipt"]>> {
  const { tx, at } = work;
  let receipt: NonNullable<Applied["receipt"]> = await receiptAt(tx, at);
  if (suspended && member.hostSuspendedAt === null) receipt = await suspend(work, member);
  if (role !== member.role) {
    const before = suspended ? { ...member, suspendedAt: at } : member;
    const withoutOwner = role !== OWNER_ROLE && (await isLastActiveOwner(tx, before));
    await tx.setMemberRole(member.id, role);
    await record(work, member, "member.role_changed", {
      before: { role: member.role },
      after: { role },
      ...(withoutOwner ? { withoutOwner } : {}),
    });
  }
  if (suspended === false && member.hostSuspendedAt !== null) await release(work, member);
  return receipt;
}

async function suspend(work: Work, member: MemberRecord): Promise<NonNullable<Applied["receipt"]>> {
  const { tx, actor, at, organization } = work;
  const withoutOwner = await isLastActiveOwner(tx, member);
  await tx.holdMembership(member.id, at, actorRef(actor).id);
  if (member.suspendedAt !== null) {
    await record(work, member, "member.suspended", { user: member.userId, alreadySuspended: true });
    return await receiptAt(tx, at);
  }
  const offboarding = await recordSuspension(tx, actor, { organization, member, at, apiKeys: [], withoutOwner });
  return { ...(await receiptAt(tx, at)), offboarding };
}

/** A suspension that somebody made here stays. */
async function release(work: Work, member: MemberRecord): Promise<void> {
  const { tx, organization } = work;
  await tx.releaseMembership(member.id);
  const stillSuspended = (await tx.findMembership(organization.id, member.userId))?.suspendedAt !== null;
  await record(work, member, "member.reinstated", { role: member.role, ...(stillSuspended ? { stillSuspended } : {}) });
}

async function record(
  { tx, actor, at, organization }: Work,
  { id, user }: MemberRecord,
  action: EventContent["action"],
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const target = { kind: "membership", id, name: user.name } as const;
  await tx.insertAuditEvents([eventBy(actor, { at, organizationId: organization.id, action, target, details })]);
}

/**
 * Ends this membership in its transaction, unless a version newer than this one was seen of it. Returns `null` when
 * nothing ended.
 */
export function endOldMember(
  deps: DirectoryDeps,
  actor: ManagementActor,
  { id, organizationId }: Pick<MembershipRecord, "id" | "organizationId">,
  { key, version }: { readonly key: DirectoryKey; readonly version: number },
): Promise<OffboardingReceipt | null> {
  return deps.store.transaction(async (tx) => {
    const organization = await tx.lockOrganization(organizationId, "exclusive");
    await requireLiveManagementKey(deps, tx, actor);
    const at = deps.clock();
    const member = await tx.lockMember(organizationId, id, at);
    const [seen] = await tx.lockDirectoryVersions(actor.key.source, [key], at);
    if (organization === null || member === null || seen === undefined || seen.version > version) return null;
    return remove({ tx, actor, at, organization }, member);
  });
}
