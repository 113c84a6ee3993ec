import { prefixOf, type Secret } from "@mintmark/core";
import { newId, newSecret } from "../../secrets/generate.ts";
import { hashSecret } from "../../secrets/hash.ts";
import { Conflict, type ServiceRecord, type Transaction } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { requireName } from "../input.ts";
import { requireRoom } from "../limits.ts";
import { requireInstanceAdmin } from "./instance-admin.ts";
import { nameTaken } from "./service-name.ts";

/** The one moment a service key exists in plaintext outside its owner's hands. */
export interface CreatedService {
  readonly service: ServiceRecord;
  readonly secret: Secret;
}

/** Registers a protected API or MCP server, which verifies tokens with the key this answers. */
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
