import type { Actor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireRecentPassword } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission, refusePersonal } from "../organization/lock-organization.ts";
import { receiptAt } from "../receipt.ts";
import { lockMember, type MemberChange, type MemberPath, requireCoversMember } from "./find-member.ts";

/** Lets a suspended member go on with the role they had. Tokens that rested work again; revoked ones stay dead. */
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
