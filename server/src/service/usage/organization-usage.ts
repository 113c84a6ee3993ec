import type { ApiKeyId, OrganizationId, TokenId } from "@mintmark/core";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { requireOversight } from "../oversight/require-oversight.ts";
import { notFound } from "../refusal.ts";
import { type CredentialUsage, readUsage, readUses, spanOfDays, type UsesOfCredential } from "./credential-usage.ts";

/** How a member's token was used, for whoever may list the members' tokens. */
export async function getOrganizationTokenUsage(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly tokenId: TokenId; readonly days: number },
): Promise<CredentialUsage> {
  const { reads } = deps.store;
  await requireTokenOversight(deps, actor, input.organizationId);
  const token = await reads.findToken(input.tokenId);
  if (token === null || token.organization.id !== input.organizationId) throw notFound();
  return readUsage(reads, token, spanOfDays(deps.clock(), input.days));
}

/** The same for a list of them, as numbers alone. An id that is no token of the organization is left out. */
export async function listOrganizationTokenUses(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly ids: readonly string[]; readonly days: number },
): Promise<readonly UsesOfCredential[]> {
  const { reads } = deps.store;
  const { organizationId, ids, days } = input;
  await requireTokenOversight(deps, actor, organizationId);
  return readUses(reads, await reads.selectTokens(ids, { organizationId }), spanOfDays(deps.clock(), days));
}

/** How an API key was used, for whoever may list the keys. */
export async function getApiKeyUsage(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly keyId: ApiKeyId; readonly days: number },
): Promise<CredentialUsage> {
  const { reads } = deps.store;
  await requirePermission(deps, reads, actor, input.organizationId, "api-keys:read");
  const key = await reads.findApiKey(input.keyId);
  if (key === null || key.organization.id !== input.organizationId) throw notFound();
  return readUsage(reads, key, spanOfDays(deps.clock(), input.days));
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

async function requireTokenOversight(deps: Deps, actor: Actor, organizationId: OrganizationId): Promise<void> {
  const { organization } = await requirePermission(deps, deps.store.reads, actor, organizationId, "tokens:read");
  requireOversight(organization.policy, "list");
}
