import type { OrganizationId, TokenId } from "@mintmark/core";
import type { AuditEventRecord, TokenRecord, Transaction } from "../../store/store.ts";
import { type Actor, actorRef } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission } from "../organization/lock-organization.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { Refusal } from "../refusal.ts";
import { requireOversight } from "./require-oversight.ts";

export interface RevokedTokens {
  readonly receipt: Receipt;
  /** Each of the tokens, with when it ended: those that were revoked before keep their instant. */
  readonly tokens: readonly { readonly id: TokenId; readonly name: string; readonly at: number }[];
}

/**
 * Revokes many tokens of this organization, all or none: when this returns, they are dead everywhere. A token
 * of another organization, or none at all, and nothing happens to the others. Those that are revoked already
 * stay as they are.
 */
export function revokeOrganizationTokens(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly ids: readonly TokenId[] },
): Promise<RevokedTokens> {
  const { organizationId } = input;
  return deps.store.transaction(async (tx) => {
    const { organization } = await lockWithPermission(deps, tx, actor, organizationId, "shared", "tokens:revoke");
    requireOversight(organization.policy, "list-and-revoke");
    const tokens = await lockTokens(tx, organizationId, input.ids);
    const at = deps.clock();
    const revocation = { at, by: actorRef(actor), reason: "admin" } as const;
    const live = tokens.filter(({ revokedAt }) => revokedAt === null);
    for (const { id } of live) await tx.revokeToken(id, revocation);
    await tx.insertAuditEvents(live.map((token) => revokedEvent(actor, token, at)));
    return {
      receipt: receiptAt(at),
      tokens: tokens.map(({ id, name, revokedAt }) => ({ id, name, at: revokedAt ?? at })),
    };
  });
}

/** In the order of their ids: two that revoke some of the same tokens wait for each other instead of deadlocking. */
async function lockTokens(
  tx: Transaction,
  organizationId: OrganizationId,
  ids: readonly TokenId[],
): Promise<readonly TokenRecord[]> {
  const tokens: TokenRecord[] = [];
  for (const id of [...new Set(ids)].sort()) {
    // Found before it is locked: the row of another organization is never touched.
    const found = await tx.findToken(id);
    if (found === null || found.organization.id !== organizationId) throw unknownToken(id);
    tokens.push((await tx.lockToken(id)) ?? found);
  }
  return tokens;
}

function unknownToken(id: TokenId): Refusal {
  const message = `${id} is not a token of this organization.`;
  return new Refusal("not_found", `${message} Nothing was revoked. Take it off the list, and send the others again.`, {
    errors: [{ field: "ids", message }],
  });
}

function revokedEvent(actor: Actor, token: TokenRecord, at: number): AuditEventRecord {
  return eventBy(actor, {
    at,
    organizationId: token.organization.id,
    action: "pat.revoked",
    target: { kind: "pat", id: token.id, name: token.name },
    details: { reason: "admin", owner: token.user.id },
  });
}
