import type { ServiceId } from "@mintmark/core";
import { Conflict, type ServiceRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { requireName } from "../input.ts";
import { notFound, Refusal } from "../refusal.ts";
import { requireInstanceAdmin } from "./instance-admin.ts";
import { nameTaken } from "./service-name.ts";

/** Gives a service another name; its key stays the same. A revoked one keeps the name it had. */
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
