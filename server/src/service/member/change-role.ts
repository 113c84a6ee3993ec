import { OWNER_ROLE } from "@mintmark/core";
import type { Actor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import {
  isLastActiveOwner,
  lastOwner,
  requireCoversRole,
  requireKnownRole,
  requireRecentPassword,
} from "../authority.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission, refusePersonal } from "../organization/lock-organization.ts";
import { receiptAt } from "../receipt.ts";
import { lockMember, type MemberChange, type MemberPath, requireCoversMember } from "./find-member.ts";

/**
 * Gives a member another role. Their tokens follow at once: nothing about the role is stored in them. The
 * caller must hold everything that the present and the new role hold; so nobody raises their own.
 * The last active owner stays one.
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
