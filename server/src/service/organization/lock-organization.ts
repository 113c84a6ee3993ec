import type { OrganizationId } from "@mintmark/core";
import type { OrganizationRecord, Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { type Authority, requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";

/**
 * Locks the organization and requires the permission there, in this order: what is judged stays true
 * until the transaction ends, because whoever changes a role, a membership or the policy waits for the lock.
 */
export async function lockWithPermission(
  deps: Pick<Deps, "catalogue" | "clock" | "settings">,
  tx: Transaction,
  actor: Actor,
  organizationId: OrganizationId,
  mode: "exclusive" | "shared",
  permission: string,
): Promise<Authority> {
  await tx.lockOrganization(organizationId, mode);
  return requirePermission(deps, tx, actor, organizationId, permission);
}

/** Refuses what a personal organization never has: invitations, and members that come, go or change. */
export function refusePersonal(organization: OrganizationRecord): void {
  if (organization.personalOf === null) return;
  throw new Refusal(
    "personal_organization",
    `"${organization.name}" is a personal organization: it has one member, its owner, and goes with their account. Create an organization to work with others.`,
  );
}
