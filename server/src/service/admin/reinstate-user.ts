import type { UserId } from "@mintmark/core";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { receiptAt } from "../receipt.ts";
import { notFound } from "../refusal.ts";
import { requireInstanceAdmin } from "./instance-admin.ts";
import type { UserChange } from "./suspend-user.ts";

/** Lets a suspended account go on: its tokens that rested work again, revoked ones and sessions stay ended. */
export function reinstateUser(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: UserId,
): Promise<UserChange> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    const user = await tx.lockUser(id);
    await requireInstanceAdmin(deps, tx, actor);
    requireRecentSession(deps, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    const at = deps.clock();
    if (user.suspendedAt === null) return { user, receipt: receiptAt(at) };
    await tx.reinstateUser(id);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "user.reinstated",
        target: { kind: "user", id, name: user.name },
      }),
    ]);
    return { user: { ...user, suspendedAt: null }, receipt: receiptAt(at) };
  });
}
