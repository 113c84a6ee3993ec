import type { ApiKeyId } from "@mintmark/core";
import type { Revocation, RevokedRef, Transaction } from "../../store/store.ts";
import { type Authority, permissionDenied } from "../authority.ts";
import { Refusal } from "../refusal.ts";

/**
 * Revokes these API keys of the caller's organization, all or none, in the caller's transaction; who calls it
 * records it. Refuses a key that is another organization's or unknown, and one that was already revoked: then
 * what was decided on is no longer what is there.
 */
export async function endApiKeys(
  tx: Transaction,
  { organization, permissions }: Authority,
  ids: readonly ApiKeyId[],
  revocation: Revocation,
): Promise<readonly RevokedRef[]> {
  if (ids.length === 0) return [];
  if (!permissions.includes("api-keys:write")) throw permissionDenied(["api-keys:write"]);
  const ended: RevokedRef[] = [];
  // In the order of their ids: two that revoke some of the same keys wait for each other instead of deadlocking.
  for (const id of [...new Set(ids)].sort()) {
    // Found before it is locked: the row of another organization is never touched.
    const found = await tx.findApiKey(id);
    if (found === null || found.organization.id !== organization.id) {
      throw keyRefusal("not_found", id, "is not a key of this organization");
    }
    const key = (await tx.lockApiKey(id)) ?? found;
    if (key.revokedAt !== null) throw keyRefusal("credential_not_active", id, `("${key.name}") is already revoked`);
    await tx.revokeApiKey(id, revocation);
    ended.push({ id, name: key.name, prefix: key.prefix, organizationId: organization.id });
  }
  return ended;
}

function keyRefusal(code: "not_found" | "credential_not_active", id: ApiKeyId, why: string): Refusal {
  const message = `The API key ${id} ${why}.`;
  return new Refusal(code, `${message} Nothing was changed. Look at the list again, and choose from it.`, {
    errors: [{ field: "revokeApiKeys", message }],
  });
}
