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
import type { MemberRecord, Page, PageRequest, RevokedRef, Transaction } from "../../store/store.ts";
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
import {
  type Actor,
  actorRef,
  type Deps,
  eventBy,
  type ManagementActor,
  notFound,
  type Receipt,
  receiptAt,
  refuseKeptByHost,
  Refusal,
} from "../use-case.ts";
import {
  affectedTokens,
  type Offboarding,
  type OffboardingReceipt,
  type Recorded,
  recordOffboarding,
} from "./offboarding.ts";

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

/**
 * Returns the organization's present members, latest joining first. `query` is a part of a name or an address, or the
 * id of a user.
 */
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
    refuseKeptByHost(deps, authority.organization);
    const member = await lockMember(deps, tx, input);
    requireKnownRole(deps.catalogue, input.role);
    requireCoversMember(deps.catalogue, authority, member);
    requireCoversRole(deps.catalogue, authority, input.role);
    const at = deps.clock();
    if (member.role === input.role) return { member, receipt: await receiptAt(tx, at) };
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
    return { member: { ...member, role: input.role }, receipt: await receiptAt(tx, at) };
  });
}

/** Reinstates a suspended member with their role. Paused tokens work again; revoked ones do not. */
export function reinstateMember(deps: Deps, actor: Actor, input: MemberPath): Promise<MemberChange> {
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, input.organizationId, "exclusive", "members:write");
    refusePersonal(authority.organization);
    refuseKeptByHost(deps, authority.organization);
    const member = await lockMember(deps, tx, input);
    requireCoversMember(deps.catalogue, authority, member);
    const at = deps.clock();
    if (member.suspendedAt === null) return { member, receipt: await receiptAt(tx, at) };
    if (member.hostSuspendedAt !== null) throw suspendedByHost(member);
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
    return { member: { ...member, suspendedAt: null }, receipt: await receiptAt(tx, at) };
  });
}

function suspendedByHost({ user }: MemberRecord): Refusal {
  return new Refusal(
    "suspended_by_host",
    `The product that manages this organization suspended "${user.name}". Reinstate them there.`,
  );
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
    refuseKeptByHost(deps, authority.organization);
    const member = await lockMember(deps, tx, input);
    if (!leaves) requireCoversMember(deps.catalogue, authority, member);
    if (await isLastActiveOwner(tx, member)) throw lastOwner(authority.organization.name);
    const { organization } = authority;
    const at = deps.clock();
    const revocation = { at, by: actorRef(actor), reason: "admin" } as const;
    const ids = input.revokeApiKeys ?? [];
    const apiKeys = ids.length === 0 ? [] : await endApiKeys(tx, authority, ids, revocation);
    const action = leaves ? "member.left" : "member.removed";
    return endMembership(tx, actor, { organization, member, action, apiKeys, at });
  });
}

function requireSession(actor: Actor): void {
  if (actor.kind === "session") return;
  throw new Refusal("session_required", "A token cannot make its owner leave. Sign in to the web app and leave there.");
}

/**
 * Ends the membership and everything that depends on it, in the caller's transaction, which holds the organization's
 * exclusive lock. `apiKeys` are keys that the caller has just revoked with it.
 */
export async function endMembership(
  tx: Transaction,
  actor: Actor | ManagementActor,
  end: Pick<Recorded, "organization" | "member" | "at" | "withoutOwner"> & {
    readonly action: "member.left" | "member.removed";
    readonly apiKeys: readonly RevokedRef[];
  },
): Promise<OffboardingReceipt> {
  const { member, action, apiKeys, at } = end;
  const by = actorRef(actor);
  await tx.endMembership(member.id, at, by.id);
  if (action === "member.removed") await rememberFormerAddresses(tx, member, at);
  const invitations = await tx.withdrawInvitationsIssuedBy(member.id, at);
  const of = { kind: "membership", id: member.id } as const;
  const tokens = [await endTokens(tx, of, { at, by, reason: "member_removed" })];
  const personal = await tx.findPersonalOrganization(member.userId);
  const movedSessions = await tx.moveSessions(member.userId, {
    from: member.organizationId,
    to: personal?.id ?? null,
    at,
  });
  const ended = { tokens, pausedTokens: 0, apiKeys, invitations, pausedInvitations: 0, movedSessions };
  return { ...(await receiptAt(tx, at)), offboarding: await recordOffboarding(tx, actor, { ...end, ended }) };
}

/** How many former addresses a removal looks for, the latest first. */
const FORMER_ADDRESSES = 100;

/** The person could otherwise join by domain again, with a new account at an address that they had as a member. */
async function rememberFormerAddresses(
  tx: Transaction,
  { userId, organizationId, joinedAt }: MemberRecord,
  at: number,
): Promise<void> {
  const former = await tx.listFormerAddresses(userId, { since: joinedAt, limit: FORMER_ADDRESSES });
  const addresses = former.map((email) => ({ organizationId, email }));
  if (addresses.length > 0) await tx.rememberRemovedAddresses(addresses, at);
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
    refuseKeptByHost(deps, authority.organization);
    const member = await lockMember(deps, tx, input);
    requireCoversMember(deps.catalogue, authority, member);
    if (member.suspendedAt !== null) {
      if (revokeApiKeys.length > 0) throw alreadySuspended(member);
      await suspendBesideHost(deps, tx, actor, member);
      return { member, receipt: { ...(await receiptAt(tx, member.suspendedAt)), offboarding: null } };
    }
    if (member.id === authority.membershipId) {
      throw new Refusal(
        "self_suspension",
        "You cannot suspend yourself, because nobody else might be able to reinstate you. Leave the organization instead.",
      );
    }
    if (await isLastActiveOwner(tx, member)) throw lastOwner(authority.organization.name);
    const at = deps.clock();
    const { organization } = authority;
    const revocation = { at, by: actorRef(actor), reason: "admin" } as const;
    const apiKeys = revokeApiKeys.length === 0 ? [] : await endApiKeys(tx, authority, revokeApiKeys, revocation);
    await tx.suspendMembership(member.id, at, actorRef(actor).id);
    const offboarding = await recordSuspension(tx, actor, { organization, member, at, apiKeys });
    const tokenCount = offboarding.tokenCount === 0 ? member.tokenCount : 0;
    return {
      member: { ...member, suspendedAt: at, tokenCount },
      receipt: { ...(await receiptAt(tx, at)), offboarding },
    };
  });
}

/** Records what a suspension of the membership pauses, and ends what the policy says, in the caller's transaction. */
export async function recordSuspension(
  tx: Transaction,
  actor: Actor | ManagementActor,
  suspended: Pick<Recorded, "organization" | "member" | "at" | "withoutOwner"> & {
    readonly apiKeys: readonly RevokedRef[];
  },
): Promise<Offboarding> {
  const { organization, member, at, apiKeys } = suspended;
  const by = actorRef(actor);
  await rememberFormerAddresses(tx, member, at);
  const revokes = organization.policy.revokeOnSuspend;
  const tokens = revokes ? await sweepTokens(tx, [member.id], { at, by, reason: "suspended" }) : [];
  const invitations = revokes ? await tx.withdrawInvitationsIssuedBy(member.id, at) : [];
  const ended = {
    tokens,
    pausedTokens: revokes ? 0 : (await affectedTokens(tx, member.id, { paused: true, at, limit: 1 })).count,
    apiKeys,
    invitations,
    pausedInvitations: revokes ? 0 : (await tx.listInvitationsIssuedBy(member.id)).length,
    movedSessions: 0,
  };
  return recordOffboarding(tx, actor, { ...suspended, action: "member.suspended", ended });
}

/** A member whom only the host had suspended stays suspended when the host ends its own suspension. */
async function suspendBesideHost(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: Actor,
  { id, organizationId, role, user }: MemberRecord,
): Promise<void> {
  const at = deps.clock();
  if (!(await tx.suspendMembership(id, at, actorRef(actor).id))) return;
  const target = { kind: "membership", id, name: user.name } as const;
  const details = { role, user: user.id, alreadySuspended: true };
  await tx.insertAuditEvents([eventBy(actor, { at, organizationId, action: "member.suspended", target, details })]);
}

function alreadySuspended(member: MemberRecord): Refusal {
  return new Refusal(
    "already_suspended",
    `"${member.user.name}" is already suspended, so nothing was changed. Revoke the keys in the list of API keys.`,
  );
}
