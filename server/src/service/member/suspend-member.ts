import type { MemberRecord, RevokedRef, Transaction } from "../../store/store.ts";
import { type Actor, actorRef } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { type Authority, isLastActiveOwner, lastOwner } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission, refusePersonal } from "../organization/lock-organization.ts";
import { receiptAt } from "../receipt.ts";
import { Refusal } from "../refusal.ts";
import { revocationEvents } from "../token/revocation-events.ts";
import { lockMember, type MemberChange, type MemberPath, requireCoversMember } from "./find-member.ts";

/**
 * Suspends a member of this organization: when this returns, their tokens here are refused everywhere.
 * They rest until the member is reinstated, unless the policy says `revokeOnSuspend`: then they die.
 * Repeating it answers the instant of the first.
 */
export function suspendMember(deps: Deps, actor: Actor, input: MemberPath): Promise<MemberChange> {
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, input.organizationId, "exclusive", "members:write");
    refusePersonal(authority.organization);
    const member = await lockMember(deps, tx, input);
    requireCoversMember(deps.catalogue, authority, member);
    if (member.suspendedAt !== null) return { member, receipt: receiptAt(member.suspendedAt) };
    if (member.id === authority.membershipId) {
      throw new Refusal(
        "self_suspension",
        "You cannot suspend yourself: nobody else might reinstate you. Leave instead.",
      );
    }
    if (await isLastActiveOwner(tx, member)) throw lastOwner(authority.organization.name);
    const at = deps.clock();
    const tokens = await suspend(tx, actor, authority, member, at);
    return {
      member: { ...member, suspendedAt: at, tokenCount: tokens.length === 0 ? member.tokenCount : 0 },
      receipt: receiptAt(at),
    };
  });
}

async function suspend(
  tx: Transaction,
  actor: Actor,
  { organization }: Authority,
  member: MemberRecord,
  at: number,
): Promise<readonly RevokedRef[]> {
  const by = actorRef(actor);
  const revocation = { at, by, reason: "suspended" } as const;
  await tx.suspendMembership(member.id, at, by.id);
  const tokens = organization.policy.revokeOnSuspend ? await tx.revokeTokensOfMembership(member.id, revocation) : [];
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: organization.id,
      action: "member.suspended",
      target: { kind: "membership", id: member.id, name: member.user.name },
      details: { role: member.role, revokedTokens: tokens.length },
    }),
    ...revocationEvents(actor, "pat", tokens, revocation),
  ]);
  return tokens;
}
