import type { OrganizationId, TokenId } from "@mintmark/core";
import type { Actor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission } from "../organization/lock-organization.ts";
import type { Receipt } from "../receipt.ts";
import { notFound } from "../refusal.ts";
import { endToken } from "../token/revoke-token.ts";
import { requireOversight } from "./require-oversight.ts";

/**
 * Revokes any member's token of this organization: when this returns, it is over, everywhere. Taking a
 * token away hands out nothing, so its owner's role is not asked for: an admin may revoke an owner's.
 */
export function revokeOrganizationToken(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly tokenId: TokenId },
): Promise<Receipt> {
  return deps.store.transaction(async (tx) => {
    const { organizationId, tokenId } = input;
    const { organization } = await lockWithPermission(deps, tx, actor, organizationId, "shared", "tokens:revoke");
    requireOversight(organization.policy, "list-and-revoke");
    const token = await tx.findToken(tokenId);
    if (token === null || token.organization.id !== organizationId) throw notFound();
    return endToken(deps, tx, actor, tokenId, "admin");
  });
}
