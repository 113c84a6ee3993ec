import type { MemberRecord, Transaction } from "../../store/store.ts";
import { type Actor, actorRef } from "../actor.ts";
import { endApiKeys } from "../api-key/end-api-keys.ts";
import { type Authority, isLastActiveOwner, lastOwner } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { sweepTokens } from "../follow-up/end-tokens.ts";
import { type Offboarding, type OffboardingReceipt, recordOffboarding } from "../offboarding/offboarding.ts";
import { lockWithPermission, refusePersonal } from "../organization/lock-organization.ts";
import { receiptAt } from "../receipt.ts";
import { Refusal } from "../refusal.ts";
import { lockMember, type MemberChange, type Offboarded, requireCoversMember } from "./find-member.ts";

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
