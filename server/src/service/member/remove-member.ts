import type { MemberRecord, Transaction } from "../../store/store.ts";
import { type Actor, actorRef } from "../actor.ts";
import { endApiKeys } from "../api-key/end-api-keys.ts";
import { type Authority, authorityIn, isLastActiveOwner, lastOwner, permissionDenied } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { endTokens } from "../follow-up/end-tokens.ts";
import { type OffboardingReceipt, recordOffboarding } from "../offboarding/offboarding.ts";
import { refusePersonal } from "../organization/lock-organization.ts";
import { receiptAt } from "../receipt.ts";
import { Refusal } from "../refusal.ts";
import { lockMember, type Offboarded, requireCoversMember } from "./find-member.ts";

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
