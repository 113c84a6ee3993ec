// The audit log of an organization: listing, exporting, retention and pruning.
// Rule: every query names one organization, and no filter reaches beyond it. A shorter retention deletes nothing for
// seven days, and pruning leaves an event that says what it deleted.
// Deliberately absent: writing events. Each use case writes its own, in the transaction of its change (actor.ts).
import {
  changeRetention,
  MAX_RETENTION_DAYS,
  MIN_RETENTION_DAYS,
  NO_RETENTION_SETTING,
  type OrganizationId,
  type Retention,
  retentionCutOff,
  retentionInForce,
  type RetentionSetting,
} from "@mintmark/core";
import { inSteps, nextTurn } from "../bounded.ts";
import type {
  ListedAuditEvent,
  AuditFilter,
  Cursor,
  Page,
  PageRequest,
  RetainingOrganization,
  Transaction,
} from "../store/store.ts";
import { type Actor, type Deps, eventBy, eventOf, MINTMARK, Refusal, type SessionActor } from "./use-case.ts";
import { lockWithPermission, requireLiveSession, requirePermission, requireRecentSession } from "./authority.ts";

/** Returns the organization's audit log, newest first. */
export async function listAuditEvents(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  filter: Omit<AuditFilter, "organizationId" | "concerning">,
  page: PageRequest,
): Promise<Page<ListedAuditEvent>> {
  await requirePermission(deps, deps.store.reads, actor, organizationId, "audit:read");
  return deps.store.reads.listAuditEvents({ ...filter, organizationId }, page);
}

export type ExportFormat = "ndjson" | "csv";
export type ExportFilter = Omit<AuditFilter, "organizationId" | "concerning">;

const READ_AT_ONCE = 200;

/**
 * Exports the organization's events, newest first, up to the moment of the request. The next page is read when the
 * client has taken the last one. The event of the export is committed before its first line, so the next export has it.
 */
export async function exportEvents(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly format: ExportFormat; readonly filter: ExportFilter },
): Promise<AsyncIterable<readonly ListedAuditEvent[]>> {
  const { organizationId, format, filter } = input;
  const at = deps.clock();
  await deps.store.transaction(async (tx) => {
    const { organization } = await lockWithPermission(deps, tx, actor, organizationId, "shared", "audit:export");
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId,
        action: "audit.exported",
        target: { kind: "organization", id: organizationId, name: organization.name },
        details: { format, filter: filterDetails(filter) },
      }),
    ]);
  });
  return pagesOf(deps, { ...filter, organizationId, to: Math.min(filter.to ?? at, at) });
}

async function* pagesOf(
  { store }: Pick<Deps, "store">,
  filter: AuditFilter,
): AsyncGenerator<readonly ListedAuditEvent[]> {
  let after: Cursor | null = null;
  do {
    const page: Page<ListedAuditEvent> = await store.reads.listAuditEvents(filter, { limit: READ_AT_ONCE, after });
    if (page.items.length > 0) yield page.items;
    after = page.next;
    await nextTurn();
  } while (after !== null);
}

function filterDetails({ actorId, actions, outcome, credentialId, from, to }: ExportFilter): object {
  return { actor: actorId, actions, outcome, credential: credentialId, fromAt: from, toAt: to };
}

/** An organization's own setting, the retention in force, and the instance's default. */
export interface AuditRetention {
  readonly setting: RetentionSetting;
  readonly inForce: Retention;
  readonly instanceDefault: Retention;
}

export async function getRetention(deps: Deps, actor: Actor, organizationId: OrganizationId): Promise<AuditRetention> {
  await requirePermission(deps, deps.store.reads, actor, organizationId, "audit:read");
  return retentionOf(deps, await deps.store.reads.findAuditRetention(organizationId));
}

function retentionOf(deps: Pick<Deps, "clock" | "settings">, setting: RetentionSetting): AuditRetention {
  const { auditRetentionDays: instanceDefault } = deps.settings;
  return { setting, inForce: retentionInForce(setting, instanceDefault, deps.clock()), instanceDefault };
}

/**
 * Sets for how many days the organization's events are kept; `null` follows the instance. A retention shorter than the
 * one in force deletes nothing for seven days, so that an owner can still undo an unauthorized change.
 */
export function setRetention(
  deps: Deps,
  actor: SessionActor,
  input: { readonly organizationId: OrganizationId; readonly days: number | null },
): Promise<AuditRetention> {
  return deps.store.transaction(async (tx) => {
    const { organizationId } = input;
    const { organization } = await lockWithPermission(deps, tx, actor, organizationId, "exclusive", "policy:write");
    await requireLiveSession(deps, tx, actor);
    const days = requireRetentionDays(input.days);
    requireRecentSession(deps, actor);
    const before = await tx.findAuditRetention(organizationId);
    if (before.days === days) return retentionOf(deps, before);
    const at = deps.clock();
    const after = changeRetention(before, days, deps.settings.auditRetentionDays, at);
    await tx.setAuditRetention(organizationId, after);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId,
        action: "audit.retention_changed",
        target: { kind: "organization", id: organizationId, name: organization.name },
        details: { before: retentionDetails(before), after: retentionDetails(after) },
      }),
    ]);
    return retentionOf(deps, after);
  });
}

function retentionDetails({ days, effectiveAt }: RetentionSetting): Readonly<Record<string, unknown>> {
  return { auditRetentionDays: days, effectiveAt };
}

function requireRetentionDays(days: number | null): number | null {
  if (days === null || (Number.isInteger(days) && days >= MIN_RETENTION_DAYS && days <= MAX_RETENTION_DAYS))
    return days;
  const message = `Choose ${MIN_RETENTION_DAYS} to ${MAX_RETENTION_DAYS} whole days, or null to follow the instance.`;
  throw new Refusal("field_invalid", `The retention was not changed. ${message}`, {
    errors: [{ field: "days", message }],
  });
}

type PruneDeps = Pick<Deps, "store" | "clock" | "settings">;
type Log = Pick<RetainingOrganization, "retention"> & { readonly id: OrganizationId | null; readonly name: string };

/** How many events one transaction deletes. Few, since SQLite allows no other writes meanwhile. */
const AT_ONCE = 200;
/** How many transactions one round runs, over all organizations. */
const BATCHES_A_ROUND = 100;
const ORGANIZATIONS_A_ROUND = 200;

/**
 * Returns a chore that deletes events whose retention has passed. It leaves an event that states how many were deleted
 * and up to which instant; these events stay. Each round handles some organizations, and the next round continues where
 * it stopped. The instant is the start of a day, so a log is pruned once a day.
 */
export function createEventPruning(deps: PruneDeps): (signal?: AbortSignal) => Promise<void> {
  let after: OrganizationId | null = null;
  return async (signal) => {
    // Where the operator keeps everything, only organizations that chose a retention can have events to delete.
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

/** Returns how many batches are left; 0 when there may be more to delete. */
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
  // Read the setting again under the lock: it may have been extended since.
  if (id !== null && !(await isStillDue(deps, tx, id, cutOffAt))) return 0;
  const deleted = await tx.pruneAuditEvents(id, cutOffAt, AT_ONCE);
  if (deleted === 0) return 0;
  await tx.insertAuditEvents([
    eventOf(MINTMARK, {
      at: deps.clock(),
      organizationId: id,
      action: "audit.pruned",
      target: id === null ? null : { kind: "organization", id, name },
      details: { count: deleted, cutOffAt },
    }),
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
