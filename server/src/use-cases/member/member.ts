// Members: listing them, changing a role, suspending and reinstating, removing and leaving.
// Rule: nobody grants or revokes more than they hold, and one active owner always remains. Both are evaluated under the
// organization's exclusive lock. A member is one membership: a person who leaves and joins again is another member, and
// no token of the first one works again. The membership and everything that depends on it end in one transaction, which
// returns the proof. API keys belong to the organization and keep working, except those that the caller names.
import {
  type ApiKeyId,
  type Catalogue,
  coversRole,
  type MembershipId,
  type OrganizationId,
  OWNER_ROLE,
} from "@mintmark/core";
import type { MemberRecord, Page, PageRequest, Transaction } from "../../store/store.ts";
import { endApiKeys } from "../api-key.ts";
import {
  type Authority,
  authorityIn,
  isLastActiveOwner,
  lastOwner,
  lockWithPermission,
  permissionDenied,
  refusePersonal,
  requireCoversRole,
  requireKnownRole,
  requirePermission,
  requireRecentPassword,
} from "../authority.ts";
import { endTokens, sweepTokens } from "../token/revoke.ts";
import { type Actor, actorRef, type Deps, eventBy, notFound, type Receipt, receiptAt, Refusal } from "../use-case.ts";
import { type Offboarding, type OffboardingReceipt, recordOffboarding } from "./offboarding.ts";

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
async function lockMember(
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
function requireCoversMember(catalogue: Catalogue, authority: Authority, member: MemberRecord): void {
  requireCoversRole(catalogue, authority, roleToCover(catalogue, member));
}

/** Returns whether the caller covers the member's role, by the same rule. */
export function coversMember(catalogue: Catalogue, authority: Authority, member: MemberRecord): boolean {
  return coversRole(catalogue, roleToCover(catalogue, member), authority.permissions);
}

function roleToCover(catalogue: Catalogue, member: MemberRecord): string {
  return catalogue.roles.has(member.role) ? member.role : OWNER_ROLE;
}

/**
 * Ends a membership. When this returns, every verification refuses its tokens. A member may leave, which needs a
 * browser session and no permission; only a member with `members:write` may remove others. The person's tokens in other
 * organizations keep working, and joining again reactivates none of these. The named API keys are revoked in the same
 * transaction.
 */
export function removeMember(deps: Deps, actor: Actor, input: Offboarded): Promise<OffboardingReceipt> {
  return deps.store.transaction(async (tx) => {
    await tx.lockOrganization(input.organizationId, "exclusive");
    const authority = await authorityIn(deps, tx, actor, input.organizationId);
    const leaves = input.membershipId === authority.membershipId;
    if (leaves) requireSession(actor);
    else if (!authority.permissions.includes("members:write")) throw permissionDenied(["members:write"]);
    refusePersonal(authority.organization);
    const member = await lockMember(deps, tx, input);
    if (!leaves) requireCoversMember(deps.catalogue, authority, member);
    if (await isLastActiveOwner(tx, member)) throw lastOwner(authority.organization.name);
    return endMembership(deps, tx, actor, {
      authority,
      member,
      action: leaves ? "member.left" : "member.removed",
      revokeApiKeys: input.revokeApiKeys ?? [],
    });
  });
}

function requireSession(actor: Actor): void {
  if (actor.kind === "session") return;
  throw new Refusal("session_required", "A token cannot make its owner leave. Sign in to the web app and leave there.");
}

async function endMembership(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: Actor,
  end: {
    readonly authority: Authority;
    readonly member: MemberRecord;
    readonly action: "member.left" | "member.removed";
    readonly revokeApiKeys: NonNullable<Offboarded["revokeApiKeys"]>;
  },
): Promise<OffboardingReceipt> {
  const { authority, member, action } = end;
  const at = deps.clock();
  const by = actorRef(actor);
  await tx.endMembership(member.id, at, by.id);
  const invitations = await tx.withdrawInvitationsIssuedBy(member.id, at);
  const of = { kind: "membership", id: member.id } as const;
  const tokens = [await endTokens(tx, of, { at, by, reason: "member_removed" })];
  const apiKeys = await endApiKeys(tx, authority, end.revokeApiKeys, { at, by, reason: "admin" });
  const personal = await tx.findPersonalOrganization(member.userId);
  if (personal === null) throw new Error(`user ${member.userId} has no personal organization`);
  const movedSessions = await tx.moveSessions(member.userId, member.organizationId, personal.id);
  const ended = { tokens, pausedTokens: 0, apiKeys, invitations, pausedInvitations: 0, movedSessions };
  const { organization } = authority;
  return {
    ...receiptAt(at),
    offboarding: await recordOffboarding(tx, actor, { action, at, organization, member, ended }),
  };
}

/**
 * Suspends a member of this organization. When this returns, every verification refuses their tokens here. The tokens
 * and the invitations that they issued are paused until the member is reinstated. If the policy says `revokeOnSuspend`,
 * they are revoked and withdrawn instead. The named API keys are revoked in the same transaction. Repeating it returns
 * the instant of the first suspension, and refuses to revoke keys, since no event would connect them to the suspension.
 */
export function suspendMember(
  deps: Deps,
  actor: Actor,
  input: Offboarded,
): Promise<MemberChange & { readonly receipt: OffboardingReceipt }> {
  const { organizationId, revokeApiKeys = [] } = input;
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, organizationId, "exclusive", "members:write");
    refusePersonal(authority.organization);
    const member = await lockMember(deps, tx, input);
    requireCoversMember(deps.catalogue, authority, member);
    if (member.suspendedAt !== null) {
      if (revokeApiKeys.length > 0) throw alreadySuspended(member);
      return { member, receipt: { ...receiptAt(member.suspendedAt), offboarding: null } };
    }
    if (member.id === authority.membershipId) {
      throw new Refusal(
        "self_suspension",
        "You cannot suspend yourself, because nobody else might be able to reinstate you. Leave the organization instead.",
      );
    }
    if (await isLastActiveOwner(tx, member)) throw lastOwner(authority.organization.name);
    const at = deps.clock();
    const offboarding = await suspend(tx, actor, authority, member, { at, revokeApiKeys });
    const tokenCount = offboarding.tokenCount === 0 ? member.tokenCount : 0;
    return { member: { ...member, suspendedAt: at, tokenCount }, receipt: { ...receiptAt(at), offboarding } };
  });
}

async function suspend(
  tx: Transaction,
  actor: Actor,
  authority: Authority,
  member: MemberRecord,
  { at, revokeApiKeys }: { readonly at: number; readonly revokeApiKeys: NonNullable<Offboarded["revokeApiKeys"]> },
): Promise<Offboarding> {
  const by = actorRef(actor);
  const { organization } = authority;
  await tx.suspendMembership(member.id, at, by.id);
  const revokes = organization.policy.revokeOnSuspend;
  const tokens = revokes ? await sweepTokens(tx, [member.id], { at, by, reason: "suspended" }) : [];
  const apiKeys = await endApiKeys(tx, authority, revokeApiKeys, { at, by, reason: "admin" });
  const invitations = revokes ? await tx.withdrawInvitationsIssuedBy(member.id, at) : [];
  const ended = {
    tokens,
    pausedTokens: revokes ? 0 : member.tokenCount,
    apiKeys,
    invitations,
    pausedInvitations: revokes ? 0 : (await tx.listInvitationsIssuedBy(member.id)).length,
    movedSessions: 0,
  };
  return recordOffboarding(tx, actor, { action: "member.suspended", at, organization, member, ended });
}

function alreadySuspended(member: MemberRecord): Refusal {
  return new Refusal(
    "already_suspended",
    `"${member.user.name}" is already suspended, so nothing was changed. Revoke the keys in the list of API keys.`,
  );
}
