import type { OrganizationId, TokenId } from "@mintmark/core";
import type { TokenRecord } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../refusal.ts";
import { requireOversight } from "./require-oversight.ts";

/** A member's token, for whoever may list the members' tokens. */
export async function getOrganizationToken(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly tokenId: TokenId },
): Promise<TokenRecord> {
  const { reads } = deps.store;
  const { organization } = await requirePermission(deps, reads, actor, input.organizationId, "tokens:read");
  requireOversight(organization.policy, "list");
  const token = await reads.findToken(input.tokenId);
  if (token === null || token.organization.id !== input.organizationId) throw notFound();
  return token;
}
