// API keys: credentials of an organization, with a fixed role, that survive whoever created them.
// Rule: what a key may do is bounded once, when it is created, by what its creator may do at that moment;
// afterwards only the catalogue, the policy and its revocation change it.
import { coversRole, expiryRefusal, type OrganizationId, OWNER_ROLE, prefixOf, type Secret } from "@mintmark/core";
import { newId, newSecret } from "../../secrets/generate.ts";
import { hashSecret } from "../../secrets/hash.ts";
import type { ApiKeyRecord, OrganizationRecord, Transaction } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { countMint } from "../attempt-limit.ts";
import { eventBy } from "../audit-event.ts";
import { type Authority, requireKnownRole, requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { type ExpiryChoice, requireExpiry, requireName, requirePermissions } from "../input.ts";
import { requireRoom } from "../limits.ts";
import { lockWithPermission } from "../organization/lock-organization.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { policyRefusal } from "../token/mint-rules.ts";

export interface ApiKeyInput extends ExpiryChoice {
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly role: string;
  /** Omitted: the whole role. */
  readonly permissions?: readonly string[] | null | undefined;
}

/** A key and its secret, which exists in plaintext in this answer only. */
export interface CreatedApiKey {
  readonly apiKey: ApiKeyRecord;
  readonly secret: Secret;
}

/**
 * Creates a credential that belongs to the organization: a fixed role that the creator covers, never
 * `owner`. It survives its creator, so the creator is judged here once, under the organization's lock: a
 * demotion, suspension or removal either waits for the key or has already ended the right to create it.
 */
export async function createApiKey(deps: Deps, actor: SessionActor, input: ApiKeyInput): Promise<CreatedApiKey> {
  const name = requireName(input.name);
  const expiresAt = requireExpiry(input, deps.clock());
  await countMint(deps, actor.user.id);
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, input.organizationId, "exclusive", "api-keys:write");
    const { organization } = authority;
    await requireLiveSession(deps, tx, actor);
    requireKeysAllowed(deps, organization);
    requireKnownRole(deps.catalogue, input.role);
    requireWithinCreator(deps, authority, input.role);
    const permissions = requirePermissions(deps.catalogue, input.permissions, deps.catalogue.permissionsOf(input.role));
    const code = expiryRefusal(organization.policy, expiresAt, deps.clock());
    if (code !== null) throw policyRefusal(code, organization.policy, deps.clock());
    requireRecentSession(deps, actor);
    await requireRoom(deps, tx, "apiKeysOfOrganization", organization.id);
    return insertKey(deps, tx, actor, { organization, name, role: input.role, permissions, expiresAt });
  });
}

function requireKeysAllowed(deps: Pick<Deps, "settings">, organization: OrganizationRecord): void {
  if (organization.personalOf === null || deps.settings.allowPersonalTokens) return;
  throw new Refusal(
    "personal_organization_denied",
    "This instance does not allow API keys of personal organizations. Choose another organization.",
    { status: 403 },
  );
}

function requireWithinCreator(deps: Pick<Deps, "catalogue">, authority: Authority, role: string): void {
  const refuse = (message: string): Refusal =>
    new Refusal("role_exceeds_creator", message, { errors: [{ field: "role", message }] });
  if (role === OWNER_ROLE) throw refuse("An API key never has the owner role. Choose a role below it.");
  if (coversRole(deps.catalogue, role, authority.permissions)) return;
  throw refuse(`The role "${role}" holds permissions that yours does not. Choose a role within your own.`);
}

async function insertKey(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  actor: SessionActor,
  content: Pick<ApiKeyRecord, "name" | "permissions" | "expiresAt" | "role"> & {
    readonly organization: OrganizationRecord;
  },
): Promise<CreatedApiKey> {
  const { organization, name, role, permissions, expiresAt } = content;
  const secret = newSecret(deps.settings.brand, "api_key");
  const prefix = prefixOf(secret);
  const id = newId("apiKey");
  const createdAt = deps.clock();
  await tx.insertApiKey({
    id,
    hash: hashSecret(secret),
    prefix,
    name,
    organizationId: organization.id,
    role,
    permissions,
    createdBy: actor.user.id,
    createdAt,
    expiresAt,
  });
  await tx.insertAuditEvents([
    eventBy(actor, {
      at: createdAt,
      organizationId: organization.id,
      action: "api_key.created",
      target: { kind: "api_key", id, name },
      details: { prefix, role, permissions, expiresAt },
    }),
  ]);
  const apiKey = await tx.findApiKey(id);
  if (apiKey === null) throw new Error("a key that was just inserted cannot be found");
  return { apiKey, secret };
}
