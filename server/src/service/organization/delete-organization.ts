import { type OrganizationId, parseName } from "@mintmark/core";
import type { OrganizationRecord, Transaction } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { authorOf, eventBy } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { endRestOfOrganization, endTokens, recordEnded } from "../follow-up/end-tokens.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { revocationEvents } from "../token/revocation-events.ts";
import { lockWithPermission, refusePersonal } from "./lock-organization.ts";

/**
 * Deletes an organization for good: when this returns, every token and key of it is dead, everywhere. The tombstones of
 * many are written afterwards.
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
 * Ends the organization and records it, in the caller's transaction. The caller holds its exclusive lock; nothing can be
 * minted, invited or joined beside it. `tokens` is false when they ended with their holder's account.
 */
export async function endOrganization(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  { id, name }: Pick<OrganizationRecord, "id" | "name">,
  { tokens: endsTokens = true }: { readonly tokens?: boolean } = {},
): Promise<Receipt> {
  const author = authorOf(actor);
  const revocation = { at: deps.clock(), by: author.actor, reason: "organization_deleted" } as const;
  const { at, by } = revocation;
  const of = { kind: "organization", id } as const;
  await tx.deleteOrganization(id, at, by.id);
  const counted = await tx.countKeysAndInvitations(id);
  const tokens = endsTokens
    ? await endTokens(tx, of, revocation)
    : { of, revocation, count: 0, revoked: [], isWhole: true };
  // Of many tokens the holders are told first, who are found by their memberships.
  const { apiKeys, isWhole } = tokens.isWhole
    ? await endRestOfOrganization(tx, id, revocation)
    : { apiKeys: [], isWhole: false };
  const event = eventBy(actor, {
    at,
    organizationId: id,
    action: "organization.deleted",
    target: { kind: "organization", id, name },
    details: {
      revokedTokens: tokens.count,
      revokedApiKeys: counted.apiKeys,
      withdrawnInvitations: counted.invitations,
    },
  });
  await tx.insertAuditEvents([event, ...revocationEvents(author, "api_key", apiKeys, revocation, event.id)]);
  await recordEnded(tx, author, [{ ...tokens, isWhole }], event.id);
  return receiptAt(at);
}
