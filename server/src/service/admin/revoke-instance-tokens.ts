import type { TokenId } from "@mintmark/core";
import type { AuditEventRecord, Transaction } from "../../store/store.ts";
import { actorRef, type SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { notFound } from "../refusal.ts";
import { endToken } from "../token/revoke-token.ts";
import { requireInstanceAdmin } from "./instance-admin.ts";
import type { RevokedTokens } from "./revoke-user-tokens.ts";

/**
 * Revokes any token of the instance: when this returns, it is over, everywhere. Its organization's log says who did
 * it, and its holder sees it. Repeating it answers the first receipt.
 */
export function revokeInstanceToken(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: TokenId,
): Promise<Receipt> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    if ((await tx.findToken(id)) === null) throw notFound();
    return endToken(deps, tx, actor, id, "admin");
  });
}

/**
 * Revokes these tokens in one transaction: all are dead when this returns, or, when one of them is unknown, none was
 * touched. Those that were revoked before keep their tombstone and are not counted.
 */
export function revokeInstanceTokens(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  ids: readonly TokenId[],
): Promise<RevokedTokens> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    const at = deps.clock();
    const events: AuditEventRecord[] = [];
    // In the order of their ids, as every sweep locks them: two of these wait for each other instead of deadlocking.
    for (const id of [...new Set(ids)].sort()) events.push(...(await endOne(tx, actor, id, at)));
    await tx.insertAuditEvents(events);
    return { receipt: receiptAt(at), revokedTokens: events.length, auditEventIds: events.map(({ id }) => id) };
  });
}

async function endOne(tx: Transaction, actor: SessionActor, id: TokenId, at: number): Promise<AuditEventRecord[]> {
  const token = await tx.lockToken(id);
  if (token === null) throw notFound();
  if (token.revokedAt !== null) return [];
  const reason = "admin";
  await tx.revokeToken(id, { at, by: actorRef(actor), reason });
  return [
    eventBy(actor, {
      at,
      organizationId: token.organization.id,
      action: "pat.revoked",
      target: { kind: "pat", id, name: token.name },
      details: { reason, owner: token.user.id },
    }),
  ];
}
