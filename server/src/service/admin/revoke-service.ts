import type { ServiceId } from "@mintmark/core";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { type Receipt, receiptAt } from "../receipt.ts";
import { notFound } from "../refusal.ts";
import { requireInstanceAdmin } from "./instance-admin.ts";

/** Revokes a service's key: when this returns, the service can verify nothing. Repeating it answers the first receipt. */
export function revokeService(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: ServiceId,
): Promise<Receipt> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    const at = deps.clock();
    const revoked = await tx.revokeService(id, at, actor.user.id);
    const service = await tx.findService(id);
    if (service === null || service.revokedAt === null) throw notFound();
    if (!revoked) return receiptAt(service.revokedAt);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "service.revoked",
        target: { kind: "service", id, name: service.name },
        details: { prefix: service.prefix },
      }),
    ]);
    return receiptAt(at);
  });
}
