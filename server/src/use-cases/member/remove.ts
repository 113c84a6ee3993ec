// Removing and suspending members, and leaving an organization.
// Rule: the membership and everything that depends on it end in one transaction, which returns the proof. API keys
// belong to the organization and keep working, except those that the caller names.
import type { MemberRecord, Transaction } from "../../store/store.ts";
import { type Actor, actorRef } from "../actor.ts";
import { endApiKeys } from "../api-key.ts";
import { type Authority, authorityIn, isLastActiveOwner, lastOwner, permissionDenied } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission, refusePersonal } from "../locks.ts";
import { receiptAt, Refusal } from "../refusal.ts";
import { endTokens, sweepTokens } from "../token/end-many.ts";
import { lockMember, type MemberChange, type Offboarded, requireCoversMember } from "./member.ts";
import { type Offboarding, type OffboardingReceipt, recordOffboarding } from "./offboarding.ts";

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
