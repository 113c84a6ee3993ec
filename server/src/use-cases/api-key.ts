// API keys: credentials that belong to an organization, have a fixed role, and outlive the person who created them.
// Rule: the creator's own permissions limit a key once, at its creation. Afterwards only the catalogue, the policy and
// a revocation change what it may do.
// Deliberately absent: renaming a key, or giving it another role. Create a new key instead.
import {
  type ApiKeyId,
  coversRole,
  expiryRefusal,
  nextEndNoticeAt,
  type OrganizationId,
  OWNER_ROLE,
  prefixOf,
  type Secret,
} from "@mintmark/core";
import { hashSecret, newId, newSecret } from "../secrets/generate.ts";
import type {
  ApiKeyRecord,
  OrganizationRecord,
  Page,
  PageRequest,
  Revocation,
  RevokedRef,
  Transaction,
} from "../store/store.ts";
import {
  type Actor,
  actorRef,
  type Deps,
  eventBy,
  notFound,
  Refusal,
  type RevocationReceipt,
  revocationReceiptAt,
  type SessionActor,
} from "./use-case.ts";
import {
  type Authority,
  authorityIn,
  lockWithPermission,
  permissionDenied,
  requireKnownRole,
  requireLiveSession,
  requirePermission,
  requireRecentSession,
} from "./authority.ts";
import { type ExpiryChoice, requireExpiry, requireName, requirePermissions } from "./input.ts";
import { limitMints, requireRoom } from "./limits/limits.ts";
import { policyRefusal } from "./token/mint.ts";

/** Returns the organization's API keys, newest first, including revoked ones. */
export async function listApiKeys(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<ApiKeyRecord>> {
  await requirePermission(deps, deps.store.reads, actor, organizationId, "api-keys:read");
  return deps.store.reads.listApiKeys(organizationId, page);
}

/** Returns one of the organization's API keys. The caller must be allowed to list them. */
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

export interface ApiKeyInput extends ExpiryChoice {
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly role: string;
  /** Defaults to the whole role. */
  readonly permissions?: readonly string[] | null | undefined;
}

/** A new key and its secret. Only this result contains the secret in plaintext. */
export interface CreatedApiKey {
  readonly apiKey: ApiKeyRecord;
  readonly secret: Secret;
}

/**
 * Creates a key with a role that the creator covers and that is not `owner`. The key outlives its creator, so their
 * authority is evaluated only here, under the organization's lock: a demotion, suspension or removal either waits for
 * the key, or has already taken away the right to create it.
 */
export async function createApiKey(deps: Deps, actor: SessionActor, input: ApiKeyInput): Promise<CreatedApiKey> {
  const name = requireName(input.name);
  const expiresAt = requireExpiry(input, deps.clock());
  await limitMints(deps, actor.user.id);
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
  if (role === OWNER_ROLE) throw refuse("An API key cannot have the owner role. Choose a role below it.");
  if (coversRole(deps.catalogue, role, authority.permissions)) return;
  throw refuse(`The role "${role}" includes permissions that you do not have. Choose a role within yours.`);
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
    expiryNoticeAt: nextEndNoticeAt(organization.policy, { createdAt, expiresAt, lastUsedAt: null }, createdAt),
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

/**
 * Revokes an API key. When this returns, every verification refuses it. The caller needs `api-keys:write`, but a key
 * may always revoke itself. Repeating a revocation returns the receipt of the first.
 */
export function revokeApiKey(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly keyId: ApiKeyId },
): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    await tx.lockOrganization(input.organizationId, "shared");
    const authority = await authorityIn(deps, tx, actor, input.organizationId);
    const isSelf = actor.kind === "credential" && actor.principal.credential.id === input.keyId;
    if (!isSelf && !authority.permissions.includes("api-keys:write")) throw permissionDenied(["api-keys:write"]);
    const found = await tx.findApiKey(input.keyId);
    if (found === null || found.organization.id !== input.organizationId) throw notFound();
    const key = await tx.lockApiKey(input.keyId);
    if (key === null) throw notFound();
    if (key.revokedAt !== null) return await revocationReceiptAt(tx, key.revokedAt);
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
    return await revocationReceiptAt(tx, at);
  });
}

/**
 * Revokes these API keys, one or more, of the caller's organization, all or none, in the caller's transaction. The caller writes the
 * events. Refuses an unknown key, one of another organization, and one that is already revoked: then the caller decided
 * on an outdated list.
 */
export async function endApiKeys(
  tx: Transaction,
  { organization, permissions }: Authority,
  ids: readonly ApiKeyId[],
  revocation: Revocation,
): Promise<readonly RevokedRef[]> {
  if (!permissions.includes("api-keys:write")) throw permissionDenied(["api-keys:write"]);
  const ended: RevokedRef[] = [];
  // Lock in the order of the ids, so that two revocations of the same keys cannot deadlock.
  for (const id of [...new Set(ids)].sort()) {
    // Check the organization before locking: a row of another organization is never locked.
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
  return new Refusal(code, `${message} Nothing was changed. Load the list again and choose from it.`, {
    errors: [{ field: "revokeApiKeys", message }],
  });
}
