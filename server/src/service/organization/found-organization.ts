import type { OrganizationId, UserId } from "@mintmark/core";
import { OWNER_ROLE } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type { ActorRef, MembershipRecord, OrganizationRecord, Transaction, ViaRef } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import { eventOf } from "../audit-event.ts";

export interface Foundation {
  readonly name: string;
  /** The first member, who owns it. */
  readonly owner: { readonly id: UserId; readonly name: string };
  /** Whether it is the owner's personal organization. */
  readonly personal: boolean;
  readonly at: number;
}

/**
 * Inserts an organization with its owner and the audit event, in the caller's transaction. The one way
 * an organization begins: shared ones by request, personal ones with the account.
 */
export async function foundOrganization(
  tx: Transaction,
  by: { readonly actor: ActorRef; readonly via: ViaRef | null; readonly origin: RequestOrigin | null },
  { name, owner, personal, at }: Foundation,
): Promise<{ readonly organization: OrganizationRecord; readonly membership: MembershipRecord }> {
  const id: OrganizationId = newId("organization");
  const membershipId = newId("membership");
  await tx.insertOrganization({ id, name, personalOf: personal ? owner.id : null, createdAt: at });
  await tx.insertMembership({
    id: membershipId,
    organizationId: id,
    userId: owner.id,
    role: OWNER_ROLE,
    joinedAt: at,
  });
  await tx.insertAuditEvents([
    eventOf(by, {
      at,
      organizationId: id,
      action: "organization.created",
      target: { kind: "organization", id, name },
      details: { personal, owner: owner.id, membership: membershipId },
    }),
  ]);
  const organization = await tx.findOrganization(id);
  const membership = await tx.findMembership(id, owner.id);
  if (organization === null || membership === null)
    throw new Error("an organization that was just founded cannot be found");
  return { organization, membership };
}
