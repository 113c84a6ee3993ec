import type { MemberRecord, Transaction } from "../../store/store.ts";
import { type Actor, actorRef } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { authorityIn, isLastActiveOwner, lastOwner, permissionDenied } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { refusePersonal } from "../organization/lock-organization.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { Refusal } from "../refusal.ts";
import { revocationEvents } from "../token/revocation-events.ts";
import { lockMember, type MemberPath, requireCoversMember } from "./find-member.ts";

/**
 * Ends a membership: when this returns, every token minted under it is dead, everywhere. One's own
 * membership is left, which needs no permission but a browser session; anyone else's is removed. The
 * person's tokens in other organizations are untouched, and joining again revives none of these.
 */
export function removeMember(deps: Deps, actor: Actor, input: MemberPath): Promise<Receipt> {
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
    return endMembership(deps, tx, actor, member, leaves ? "member.left" : "member.removed");
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
  member: MemberRecord,
  action: "member.left" | "member.removed",
): Promise<Receipt> {
  const at = deps.clock();
  const by = actorRef(actor);
  const revocation = { at, by, reason: "member_removed" } as const;
  await tx.endMembership(member.id, at, by.id);
  const invitations = await tx.withdrawInvitationsIssuedBy(member.id, at);
  const tokens = await tx.revokeTokensOfMembership(member.id, revocation);
  const personal = await tx.findPersonalOrganization(member.userId);
  if (personal === null) throw new Error(`user ${member.userId} has no personal organization`);
  await tx.moveSessions(member.userId, member.organizationId, personal.id);
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: member.organizationId,
      action,
      target: { kind: "membership", id: member.id, name: member.user.name },
      details: { role: member.role, revokedTokens: tokens.length, withdrawnInvitations: invitations },
    }),
    ...revocationEvents(actor, "pat", tokens, revocation),
  ]);
  return receiptAt(at);
}
