// Services: the protected APIs and MCP servers that verify tokens with a service key.
// Rule: a service belongs to the instance, and only an instance admin registers, renames or revokes it. It has two active keys
// at most, so that one can take over from the other.
import { KEYS_AT_ONCE, prefixOf, type Secret, type ServiceId, type ServiceKeyId } from "@mintmark/core";
import { hashSecret, newId, newLinkSecret, newSecret } from "../../secrets/generate.ts";
import {
  Conflict,
  type NewServiceKey,
  type Page,
  type PageRequest,
  type ServiceKeyRecord,
  type ServiceRecord,
  type Transaction,
} from "../../store/store.ts";
import {
  type Deps,
  eventBy,
  notFound,
  Refusal,
  type RevocationReceipt,
  revocationReceiptAt,
  type SessionActor,
} from "../use-case.ts";
import { requireInstanceAdmin, requireRecentSession } from "../authority.ts";
import { type ExpiryChoice, requireExpiry, requireName } from "../input.ts";
import { requireRoom } from "../limits/limits.ts";

/** Returns the registered services, newest first, including revoked ones. */
export function listServices(deps: Pick<Deps, "store">, page: PageRequest): Promise<Page<ServiceRecord>> {
  return deps.store.reads.listServices(page);
}

/** A new service and its key. Only this result contains the key in plaintext. */
export interface CreatedService {
  readonly service: ServiceRecord;
  readonly secret: Secret;
}

/** Registers a service and returns the key with which it verifies tokens. */
export async function createService(
  deps: KeyDeps,
  actor: SessionActor,
  input: ExpiryChoice & { readonly name: string },
): Promise<CreatedService> {
  const name = requireName(input.name);
  const { key, secret } = prepareKey(deps, actor, input);
  const id = newId("service");
  try {
    return await deps.store.transaction(async (tx: Transaction) => {
      await tx.lockInstance();
      await requireInstanceAdmin(deps, tx, actor);
      requireRecentSession(deps, actor);
      await requireRoom(deps, tx, "servicesOfInstance", "");
      await tx.insertService({ id, name, key });
      await tx.insertAuditEvents([
        eventBy(actor, {
          at: key.createdAt,
          organizationId: null,
          action: "service.created",
          target: { kind: "service", id, name },
          details: { prefix: key.prefix, expiresAt: key.expiresAt },
        }),
      ]);
      return { service: await getStored(tx, id), secret };
    });
  } catch (error) {
    throw error instanceof Conflict && error.rule === "service_name" ? nameTaken() : error;
  }
}

type KeyDeps = Pick<Deps, "store" | "clock" | "settings">;

function prepareKey(
  deps: KeyDeps,
  actor: SessionActor,
  expiry: ExpiryChoice,
): { readonly key: NewServiceKey; readonly secret: Secret } {
  const secret = newSecret(deps.settings.brand, "service_key");
  const createdAt = deps.clock();
  const key = {
    id: newId("serviceKey"),
    hash: hashSecret(secret),
    prefix: prefixOf(secret),
    createdAt,
    createdBy: actor.user.id,
    expiresAt: requireExpiry(expiry, createdAt),
  };
  return { key, secret };
}

async function getStored(tx: Transaction, id: ServiceId): Promise<ServiceRecord> {
  const stored = await tx.findService(id);
  if (stored === null) throw new Error("a service that was just written cannot be found");
  return stored;
}

/** A new key of a service. Only this result contains it in plaintext. */
export interface CreatedServiceKey extends CreatedService {
  readonly key: ServiceKeyRecord;
}

/** Adds the key that takes over. The present one keeps working until it is revoked or expires. */
export function createServiceKey(
  deps: KeyDeps,
  actor: SessionActor,
  input: ExpiryChoice & { readonly id: ServiceId },
): Promise<CreatedServiceKey> {
  const { key, secret } = prepareKey(deps, actor, input);
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    requireRecentSession(deps, actor);
    await tx.revokeExpiredServiceKeys(input.id, { at: deps.clock(), by: actor.user.id });
    const service = await tx.findService(input.id);
    if (service === null) throw notFound();
    if (service.revokedAt !== null)
      throw new Refusal("credential_not_active", `"${service.name}" was revoked, so it gets no more keys.`);
    if (service.keys.length >= KEYS_AT_ONCE) {
      throw new Refusal(
        "limit_reached",
        `A service can have ${KEYS_AT_ONCE} active keys at most: the present one and the next. Revoke one of them, then try again.`,
      );
    }
    await tx.insertServiceKey(service.id, key);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at: key.createdAt,
        organizationId: null,
        action: "service.key_created",
        target: { kind: "service", id: service.id, name: service.name },
        details: { key: key.id, prefix: key.prefix, expiresAt: key.expiresAt },
      }),
    ]);
    const { id, prefix, createdAt, expiresAt } = key;
    const added = { id, prefix, createdAt, expiresAt, lastUsedAt: null };
    return { service: await getStored(tx, service.id), key: added, secret };
  });
}

/**
 * Revokes one key. When this returns, every request with it is refused; the other key keeps working. Repeating it returns the
 * first receipt.
 */
export function revokeServiceKey(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  input: { readonly id: ServiceId; readonly keyId: ServiceKeyId },
): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    const service = await tx.findService(input.id);
    if (service === null) throw notFound();
    const revocation = { at: deps.clock(), by: actor.user.id, blank: hashSecret(newLinkSecret()) };
    const revoked = await tx.revokeServiceKey(service.id, input.keyId, revocation);
    if (revoked === null) throw notFound();
    if (!revoked.isFirst) return await revocationReceiptAt(tx, revoked.at);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at: revoked.at,
        organizationId: null,
        action: "service.key_revoked",
        target: { kind: "service", id: service.id, name: service.name },
        details: { key: input.keyId, prefix: revoked.prefix },
      }),
    ]);
    return await revocationReceiptAt(tx, revoked.at);
  });
}

/** Renames a service; its keys stay the same. Refuses a revoked service. */
export async function renameService(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  input: { readonly id: ServiceId; readonly name: string },
): Promise<ServiceRecord> {
  const name = requireName(input.name);
  try {
    return await deps.store.transaction(async (tx) => {
      await tx.lockInstance();
      await requireInstanceAdmin(deps, tx, actor);
      const service = await tx.findService(input.id);
      if (service === null) throw notFound();
      if (service.revokedAt !== null) {
        throw new Refusal("credential_not_active", `"${service.name}" was revoked, so it keeps its name.`);
      }
      if (service.name === name) return service;
      await tx.renameService(service.id, name);
      await tx.insertAuditEvents([
        eventBy(actor, {
          at: deps.clock(),
          organizationId: null,
          action: "service.renamed",
          target: { kind: "service", id: service.id, name },
          details: { before: { name: service.name }, after: { name } },
        }),
      ]);
      return { ...service, name };
    });
  } catch (error) {
    throw error instanceof Conflict && error.rule === "service_name" ? nameTaken() : error;
  }
}

/**
 * Revokes a service with its keys. When this returns, the service cannot verify anything. Repeating it returns the first
 * receipt.
 */
export function revokeService(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: ServiceId,
): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    const at = deps.clock();
    const before = await tx.findService(id);
    const revoked = await tx.revokeService(id, at, actor.user.id);
    const service = await tx.findService(id);
    if (service === null || service.revokedAt === null) throw notFound();
    if (!revoked) return await revocationReceiptAt(tx, service.revokedAt);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "service.revoked",
        target: { kind: "service", id, name: service.name },
        details: { prefixes: before?.keys.map(({ prefix }) => prefix) ?? [] },
      }),
    ]);
    return await revocationReceiptAt(tx, at);
  });
}

/** Refuses a name that another active service has: people tell services apart by their names. */
function nameTaken(): Refusal {
  const message = "Another service has this name.";
  return new Refusal("name_invalid", `${message} Choose another, or revoke that service first.`, {
    errors: [{ field: "name", message }],
  });
}
