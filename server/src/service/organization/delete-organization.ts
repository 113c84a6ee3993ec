import { type OrganizationId, parseName } from "@mintmark/core";
import type { OrganizationRecord, Transaction } from "../../store/store.ts";
import { actorRef, type SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { revocationEvents } from "../token/revocation-events.ts";
import { lockWithPermission, refusePersonal } from "./lock-organization.ts";

/**
 * Deletes an organization for good: when this returns, every token and key of it is dead, everywhere.
 * Its name must be typed and the password be fresh. Tombstones stay, so that whoever holds a secret of
 * it can be told why it no longer works. A personal organization goes only with its account.
 */
export function deleteOrganization(
  deps: Deps,
  actor: SessionActor,
  input: { readonly id: OrganizationId; readonly name: string },
): Promise<Receipt> {
  return deps.store.transaction(async (tx) => {
    const { organization } = await lockWithPermission(deps, tx, actor, input.id, "exclusive", "organization:delete");
    await requireLiveSession(deps, tx, actor);
    refusePersonal(organization);
    requireTypedName(organization, input.name);
    requireRecentSession(deps, actor);
    return endOrganization(deps, tx, actor, organization);
  });
}

function requireTypedName(organization: OrganizationRecord, typed: string): void {
  if (parseName(typed) === organization.name) return;
  const message = `Type the organization's name exactly: ${organization.name}`;
  throw new Refusal("confirmation_mismatch", `The organization was not deleted. ${message}`, {
    errors: [{ field: "name", message }],
  });
}

/**
 * Leaves the tombstones and records them, in the caller's transaction. The caller holds the organization's
 * exclusive lock; nothing can be minted, invited or joined beside it.
 */
export async function endOrganization(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  { id, name }: Pick<OrganizationRecord, "id" | "name">,
): Promise<Receipt> {
  const at = deps.clock();
  const by = actorRef(actor);
  const revocation = { at, by, reason: "organization_deleted" } as const;
  await tx.deleteOrganization(id, at, by.id);
  await tx.endMembershipsOfOrganization(id, at, by.id);
  const invitations = await tx.withdrawInvitationsOfOrganization(id, at);
  const tokens = await tx.revokeTokensOfOrganization(id, revocation);
  const keys = await tx.revokeApiKeysOfOrganization(id, revocation);
  await tx.moveSessionsOfOrganization(id);
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: id,
      action: "organization.deleted",
      target: { kind: "organization", id, name },
      details: { revokedTokens: tokens.length, revokedApiKeys: keys.length, withdrawnInvitations: invitations },
    }),
    ...revocationEvents(actor, "pat", tokens, revocation),
    ...revocationEvents(actor, "api_key", keys, revocation),
  ]);
  return receiptAt(at);
}
