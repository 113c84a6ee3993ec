import { NO_RETENTION_SETTING, type OrganizationId, retentionCutOff, retentionInForce } from "@mintmark/core";
import { inSteps } from "../../event-loop/turn.ts";
import type { ActorRef, RetainingOrganization, Transaction } from "../../store/store.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";

type PruneDeps = Pick<Deps, "store" | "clock" | "settings">;
type Log = Pick<RetainingOrganization, "retention"> & { readonly id: OrganizationId | null; readonly name: string };

const MINTMARK: ActorRef = { kind: "system", id: "mintmark", name: "Mintmark" };
/** Events deleted in one transaction: few, since on SQLite nothing else happens meanwhile. */
const AT_ONCE = 200;
/** Transactions of one round, over all organizations. */
const BATCHES_A_ROUND = 100;
const ORGANIZATIONS_A_ROUND = 200;

/**
 * A chore that deletes the events whose retention is over, and leaves an event that says how many and up to
 * which instant; those events stay. Each round looks at some organizations and goes on in the next where it
 * stopped. The instant is the beginning of a day, so a log is cut once a day.
 */
export function createEventPruning(deps: PruneDeps): (signal?: AbortSignal) => Promise<void> {
  let after: OrganizationId | null = null;
  return async (signal) => {
    // Where the operator keeps everything, only organizations that set something are looked at.
    const which = deps.settings.auditRetentionDays === null ? "set" : "all";
    const organizations = await deps.store.reads.listAuditRetentions(which, after, ORGANIZATIONS_A_ROUND);
    const instances: Log = { id: null, name: "", retention: NO_RETENTION_SETTING };
    const logs: readonly Log[] = after === null ? [instances, ...organizations] : organizations;
    let batches = BATCHES_A_ROUND;
    for (const log of logs) {
      batches = await pruneLog(deps, log, batches, signal);
      if (batches === 0 || signal?.aborted === true) return;
      after = log.id;
    }
    if (organizations.length < ORGANIZATIONS_A_ROUND) after = null;
  };
}

/** Answers how many of the batches are left; 0 when there may be more to delete. */
async function pruneLog(
  deps: PruneDeps,
  { id, name, retention }: Log,
  batches: number,
  signal?: AbortSignal,
): Promise<number> {
  const inForce = retentionInForce(retention, deps.settings.auditRetentionDays, deps.clock());
  const cutOffAt = retentionCutOff(inForce, deps.clock());
  if (cutOffAt === null) return batches;
  let left = batches;
  let isDone = false;
  await inSteps(async () => {
    isDone = (await deps.store.transaction((tx) => pruneSome(deps, tx, { id, name, cutOffAt }))) < AT_ONCE;
    if (!isDone) left--;
    return !isDone && left > 0;
  }, signal);
  return isDone ? left : 0;
}

async function pruneSome(
  deps: PruneDeps,
  tx: Transaction,
  { id, name, cutOffAt }: Pick<Log, "id" | "name"> & { readonly cutOffAt: number },
): Promise<number> {
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
}

async function isStillDue(deps: PruneDeps, tx: Transaction, id: OrganizationId, cutOffAt: number): Promise<boolean> {
  await tx.lockOrganization(id, "shared");
  const setting = await tx.findAuditRetention(id);
  const now = deps.clock();
  const present = retentionCutOff(retentionInForce(setting, deps.settings.auditRetentionDays, now), now);
  return present !== null && present >= cutOffAt;
}
