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
 * Ends a membership: when this returns, every token minted under it is dead, everywhere. One's own
 * membership is left, which needs no permission but a browser session; anyone else's is removed. The
 * person's tokens in other organizations are untouched, and joining again revives none of these. API keys
 * stay, but for those that are named: they die in the same transaction.
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
 * Suspends a member of this organization: when this returns, their tokens here are refused everywhere.
 * They rest until the member is reinstated, unless the policy says `revokeOnSuspend`: then they die. The same holds of
 * invitations they issued: nobody can accept one, until the member is reinstated or for good. The API
 * keys that are named die in the same transaction. Repeating it answers the instant of the first; keys cannot
 * be named then, for nothing would tie them to the suspension.
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
        "You cannot suspend yourself: nobody else might reinstate you. Leave instead.",
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
  const dies = organization.policy.revokeOnSuspend;
  const tokens = dies ? await sweepTokens(tx, [member.id], { at, by, reason: "suspended" }) : [];
  const apiKeys = await endApiKeys(tx, authority, revokeApiKeys, { at, by, reason: "admin" });
  const invitations = dies ? await tx.withdrawInvitationsIssuedBy(member.id, at) : [];
  const ended = {
    tokens,
    pausedTokens: dies ? 0 : member.tokenCount,
    apiKeys,
    invitations,
    pausedInvitations: dies ? 0 : (await tx.listInvitationsIssuedBy(member.id)).length,
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
