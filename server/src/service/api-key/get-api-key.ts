import type { ApiKeyId, OrganizationId } from "@mintmark/core";
import type { ApiKeyRecord } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../refusal.ts";

/** One of the organization's API keys, for whoever may list them. */
export async function getApiKey(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly keyId: ApiKeyId },
): Promise<ApiKeyRecord> {
  const { reads } = deps.store;
  await requirePermission(deps, reads, actor, input.organizationId, "api-keys:read");
  const key = await reads.findApiKey(input.keyId);
  if (key === null || key.organization.id !== input.organizationId) throw notFound();
  return key;
}
