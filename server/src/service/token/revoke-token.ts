import type { RevokedReason, TokenId } from "@mintmark/core";
import type { TokenRecord, Transaction } from "../../store/store.ts";
import { type Actor, actorRef } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { authorityIn, isReadOnlyAuthority } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { Refusal } from "../refusal.ts";
import { getOwnToken, type TokenSelector } from "./find-token.ts";

/**
 * Revokes one of the caller's own tokens: when this returns, it is over. A token may always revoke
 * itself, even a read-only one; a sibling only when it is not read-only. Repeating a revocation
 * answers the receipt of the first.
 */
export function revokeToken(deps: Deps, actor: Actor, selector: TokenSelector): Promise<Receipt> {
  return deps.store.transaction(async (tx) => {
    const { id, organization } = await getOwnToken(tx, actor, selector);
    if (actor.kind === "credential" && id !== actor.principal.credential.id) {
      const authority = await authorityIn(deps, tx, actor, organization.id);
      if (isReadOnlyAuthority(deps.catalogue, authority)) {
        throw new Refusal(
          "permission_denied",
          "A read-only token can revoke itself and no other. Sign in to revoke this one.",
        );
      }
    }
    return endToken(deps, tx, actor, id, "self");
  });
}

/** Locks the token, leaves its tombstone and records it, all in the caller's transaction. */
export async function endToken(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: Actor,
  id: TokenId,
  reason: RevokedReason,
): Promise<Receipt> {
  const token = (await tx.lockToken(id)) as TokenRecord;
  if (token.revokedAt !== null) return receiptAt(token.revokedAt);
  const at = deps.clock();
  await tx.revokeToken(id, { at, by: actorRef(actor), reason });
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: token.organization.id,
      action: "pat.revoked",
      target: { kind: "pat", id, name: token.name },
      details: { reason, owner: token.user.id },
    }),
  ]);
  return receiptAt(at);
}
