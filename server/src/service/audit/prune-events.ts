import { NO_RETENTION_SETTING, type OrganizationId, retentionCutOff, retentionInForce } from "@mintmark/core";
import { nextTurn } from "../../event-loop/turn.ts";
import type { ActorRef, RetainingOrganization, Transaction } from "../../store/store.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";

type PruneDeps = Pick<Deps, "store" | "clock" | "settings">;
type Log = Pick<RetainingOrganization, "retention"> & { readonly id: OrganizationId | null; readonly name: string };

const MINTMARK: ActorRef = { kind: "system", id: "mintmark", name: "Mintmark" };
/** Events deleted in one transaction: few, since on SQLite nothing else happens meanwhile. */
const AT_ONCE = 500;
/** Transactions of one round, over all organizations. */
const BATCHES_A_ROUND = 40;
const ORGANIZATIONS_A_ROUND = 200;

/**
 * A chore that deletes the events whose retention is over, and leaves an event that says how many and up to
 * which instant; those events stay. Each round looks at some organizations and goes on in the next where it
 * stopped. The instant is the beginning of a day, so a log is cut once a day.
 */
export function createEventPruning(deps: PruneDeps): () => Promise<void> {
  let after: OrganizationId | null = null;
  return async () => {
    // Where the operator keeps everything, only organizations that set something are looked at.
    const which = deps.settings.auditRetentionDays === null ? "set" : "all";
    const organizations = await deps.store.reads.listAuditRetentions(which, after, ORGANIZATIONS_A_ROUND);
    const instances: Log = { id: null, name: "", retention: NO_RETENTION_SETTING };
    const logs: readonly Log[] = after === null ? [instances, ...organizations] : organizations;
    let batches = BATCHES_A_ROUND;
    for (const log of logs) {
      batches = await pruneLog(deps, log, batches);
      if (batches === 0) return;
      after = log.id;
    }
    if (organizations.length < ORGANIZATIONS_A_ROUND) after = null;
  };
}

/** Answers how many of the batches are left; 0 when there may be more to delete. */
async function pruneLog(deps: PruneDeps, { id, name, retention }: Log, batches: number): Promise<number> {
  const inForce = retentionInForce(retention, deps.settings.auditRetentionDays, deps.clock());
  const cutOffAt = retentionCutOff(inForce, deps.clock());
  if (cutOffAt === null) return batches;
  for (let left = batches; left > 0; left--) {
    const count = await deps.store.transaction(async (tx) => {
      // Read again under the lock: the setting may have been prolonged since.
      if (id !== null && !(await isStillDue(deps, tx, id, cutOffAt))) return 0;
      const deleted = await tx.pruneAuditEvents(id, cutOffAt, AT_ONCE);
      if (deleted === 0) return 0;
      await tx.insertAuditEvents([
        eventOf(
          { actor: MINTMARK, via: null, origin: null },
          {
            at: deps.clock(),
            organizationId: id,
            action: "audit.pruned",
            target: id === null ? null : { kind: "organization", id, name },
            details: { count: deleted, cutOffAt },
          },
        ),
      ]);
      return deleted;
    });
    await nextTurn();
    if (count < AT_ONCE) return left;
  }
  return 0;
}

async function isStillDue(deps: PruneDeps, tx: Transaction, id: OrganizationId, cutOffAt: number): Promise<boolean> {
  await tx.lockOrganization(id, "shared");
  const setting = await tx.findAuditRetention(id);
  const now = deps.clock();
  const present = retentionCutOff(retentionInForce(setting, deps.settings.auditRetentionDays, now), now);
  return present !== null && present >= cutOffAt;
}
