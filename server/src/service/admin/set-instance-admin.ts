import type { UserId } from "@mintmark/core";
import type { Transaction, UserRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { receiptAt } from "../receipt.ts";
import { notFound, Refusal } from "../refusal.ts";
import { requireInstanceAdmin } from "./instance-admin.ts";
import type { UserChange } from "./suspend-user.ts";
import { tellInstanceAdmins } from "./tell-instance-admins.ts";

/**
 * Appoints an instance admin or dismisses one; needs a recent password. When a dismissal returns, the person can
 * administer nothing any more. Stepping down oneself is possible while another active instance admin stays. A person
 * who is suspended is not appointed. Once it is committed, every instance admin and the person hear of it by mail.
 */
export async function setInstanceAdmin(
  deps: Pick<Deps, "store" | "clock" | "mailer" | "later" | "settings">,
  actor: SessionActor,
  input: { readonly id: UserId; readonly instanceAdmin: boolean },
): Promise<UserChange> {
  const change = await deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    const user = await tx.lockUser(input.id);
    await requireInstanceAdmin(deps, tx, actor);
    requireRecentSession(deps, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    const at = deps.clock();
    if ((user.instanceAdminAt !== null) === input.instanceAdmin)
      return { user, receipt: receiptAt(at), changed: false };
    if (input.instanceAdmin) await appoint(tx, user, at);
    else await dismiss(tx, user);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: input.instanceAdmin ? "user.instance_admin_appointed" : "user.instance_admin_dismissed",
        target: { kind: "user", id: user.id, name: user.name },
      }),
    ]);
    const changed = { ...user, instanceAdminAt: input.instanceAdmin ? at : null };
    return { user: changed, receipt: receiptAt(at), changed: true };
  });
  if (change.changed) tellInstanceAdmins(deps, actor, change.user);
  return { user: change.user, receipt: change.receipt };
}

async function appoint(tx: Transaction, user: UserRecord, at: number): Promise<void> {
  if (user.suspendedAt !== null) {
    throw new Refusal(
      "person_suspended",
      `"${user.name}" is suspended and could administer nothing. Reinstate them first, then appoint them.`,
    );
  }
  await tx.appointInstanceAdmin(user.id, at);
}

async function dismiss(tx: Transaction, user: UserRecord): Promise<void> {
  if (user.suspendedAt === null && (await tx.countInstanceAdmins()) <= 1) {
    throw new Refusal(
      "last_instance_admin",
      `"${user.name}" is the only instance admin who is not suspended. Appoint another one first.`,
    );
  }
  await tx.dismissInstanceAdmin(user.id);
}
