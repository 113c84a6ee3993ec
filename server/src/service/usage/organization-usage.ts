import type { ApiKeyId, OrganizationId, TokenId } from "@mintmark/core";
import type { Actor } from "../actor.ts";
import { getApiKey } from "../api-key/get-api-key.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { getOrganizationToken } from "../oversight/get-organization-token.ts";
import { requireOversight } from "../oversight/require-oversight.ts";
import { type CredentialUsage, readUsage, readUses, spanOfDays, type UsesOfCredential } from "./credential-usage.ts";

/** How a member's token was used, for whoever may list the members' tokens. */
export async function getOrganizationTokenUsage(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly tokenId: TokenId; readonly days: number },
): Promise<CredentialUsage> {
  const token = await getOrganizationToken(deps, actor, input);
  return readUsage(deps.store.reads, token, spanOfDays(deps.clock(), input.days));
}

/** The same for a list of them, as numbers alone. An id that is no token of the organization is left out. */
export async function listOrganizationTokenUses(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly ids: readonly string[]; readonly days: number },
): Promise<readonly UsesOfCredential[]> {
  const { reads } = deps.store;
  const { organizationId, ids, days } = input;
  const { organization } = await requirePermission(deps, reads, actor, organizationId, "tokens:read");
  requireOversight(organization.policy, "list");
  return readUses(reads, await reads.selectTokens(ids, { organizationId }), spanOfDays(deps.clock(), days));
}

/** How an API key was used, for whoever may list the keys. */
export async function getApiKeyUsage(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly keyId: ApiKeyId; readonly days: number },
): Promise<CredentialUsage> {
  const key = await getApiKey(deps, actor, input);
  return readUsage(deps.store.reads, key, spanOfDays(deps.clock(), input.days));
}

/** The same for a list of them, as numbers alone. An id that is no key of the organization is left out. */
export async function listApiKeyUses(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly ids: readonly string[]; readonly days: number },
): Promise<readonly UsesOfCredential[]> {
  const { reads } = deps.store;
  const { organizationId, ids, days } = input;
  await requirePermission(deps, reads, actor, organizationId, "api-keys:read");
  return readUses(reads, await reads.selectApiKeys(ids, organizationId), spanOfDays(deps.clock(), days));
}
