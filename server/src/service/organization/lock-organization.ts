// Organizations: founded, renamed, deleted, and how a caller stands in one.
// Rule: whatever acts on an organization locks its row first and judges the caller after the lock, so that
// what is judged stays true until the transaction ends. `exclusive` for what changes members, ownership or
// the policy or adds an invitation or a key, `shared` for what only must not run beside such a change. Personal organizations come and go
// with their account; nothing here makes or ends one on its own.
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
