// Services: the protected APIs and MCP servers that verify tokens with a service key.
// Rule: a service belongs to the instance, and only an instance admin registers, renames or revokes it.
import { prefixOf, type Secret, type ServiceId } from "@mintmark/core";
import { hashSecret, newId, newSecret } from "../../secrets/generate.ts";
import { Conflict, type Page, type PageRequest, type ServiceRecord, type Transaction } from "../../store/store.ts";
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
import { requireName } from "../input.ts";
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
  deps: Pick<Deps, "store" | "clock" | "settings">,
  actor: SessionActor,
  input: { readonly name: string },
): Promise<CreatedService> {
  const name = requireName(input.name);
  const secret = newSecret(deps.settings.brand, "service_key");
  const service = { id: newId("service"), name, prefix: prefixOf(secret), createdAt: deps.clock() };
  try {
    return await deps.store.transaction(async (tx: Transaction) => {
      await tx.lockInstance();
      await requireInstanceAdmin(deps, tx, actor);
      requireRecentSession(deps, actor);
      await requireRoom(deps, tx, "servicesOfInstance", "");
      await tx.insertService({ ...service, hash: hashSecret(secret), createdBy: actor.user.id });
      await tx.insertAuditEvents([
        eventBy(actor, {
          at: service.createdAt,
          organizationId: null,
          action: "service.created",
          target: { kind: "service", id: service.id, name },
          details: { prefix: service.prefix },
        }),
      ]);
      const stored = await tx.findService(service.id);
      if (stored === null) throw new Error("a service that was just inserted cannot be found");
      return { service: stored, secret };
    });
  } catch (error) {
    throw error instanceof Conflict && error.rule === "service_name" ? nameTaken() : error;
  }
}

/** Renames a service; its key stays the same. Refuses a revoked service. */
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
 * Revokes a service's key. When this returns, the service cannot verify anything. Repeating it returns the first
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
    const revoked = await tx.revokeService(id, at, actor.user.id);
    const service = await tx.findService(id);
    if (service === null || service.revokedAt === null) throw notFound();
    if (!revoked) return revocationReceiptAt(service.revokedAt);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "service.revoked",
        target: { kind: "service", id, name: service.name },
        details: { prefix: service.prefix },
      }),
    ]);
    return revocationReceiptAt(at);
  });
}

/** Refuses a name that another active service has: people tell services apart by their names. */
function nameTaken(): Refusal {
  const message = "Another service has this name.";
  return new Refusal("name_invalid", `${message} Choose another, or revoke that service first.`, {
    errors: [{ field: "name", message }],
  });
}
