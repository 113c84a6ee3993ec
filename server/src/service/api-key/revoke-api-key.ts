import type { ApiKeyId, OrganizationId } from "@mintmark/core";
import { type Actor, actorRef } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { authorityIn, permissionDenied } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { notFound } from "../refusal.ts";

/**
 * Revokes an API key: when this returns, it is over, everywhere. Whoever holds `api-keys:write` may; a key
 * may always revoke itself. Repeating a revocation answers the receipt of the first.
 */
export function revokeApiKey(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly keyId: ApiKeyId },
): Promise<Receipt> {
  return deps.store.transaction(async (tx) => {
    await tx.lockOrganization(input.organizationId, "shared");
    const authority = await authorityIn(deps, tx, actor, input.organizationId);
    const isSelf = actor.kind === "credential" && actor.principal.credential.id === input.keyId;
    if (!isSelf && !authority.permissions.includes("api-keys:write")) throw permissionDenied(["api-keys:write"]);
    const found = await tx.findApiKey(input.keyId);
    if (found === null || found.organization.id !== input.organizationId) throw notFound();
    const key = await tx.lockApiKey(input.keyId);
    if (key === null) throw notFound();
    if (key.revokedAt !== null) return receiptAt(key.revokedAt);
    const at = deps.clock();
    const reason = isSelf ? "self" : "admin";
    await tx.revokeApiKey(key.id, { at, by: actorRef(actor), reason });
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: input.organizationId,
        action: "api_key.revoked",
        target: { kind: "api_key", id: key.id, name: key.name },
        details: { reason },
      }),
    ]);
    return receiptAt(at);
  });
}
