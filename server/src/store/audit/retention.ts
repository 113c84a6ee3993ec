// How long an organization's audit events are kept. Events are deleted only when their retention is over.
import { type AuditEventId, NO_RETENTION_SETTING, type OrganizationId, type RetentionSetting } from "@mintmark/core";
import { sql } from "kysely";
import type { SqlContext } from "../context.ts";
import type { OrganizationRow } from "../tables.ts";

/** An organization and how long it keeps its events. */
export interface RetainingOrganization {
  readonly id: OrganizationId;
  readonly name: string;
  readonly retention: RetentionSetting;
}

export const auditRetentionReads = { findAuditRetention, listAuditRetentions };

export const auditRetentionWrites = { setAuditRetention, pruneAuditEvents };

const RETENTION_COLUMNS = [
  "audit_retention_days",
  "audit_retention_effective_at",
  "audit_retention_until_then_days",
] as const satisfies readonly (keyof OrganizationRow)[];

/** The setting of the organization; `NO_RETENTION_SETTING` if it never had one. Uses the primary key. */
async function findAuditRetention({ db }: SqlContext, id: OrganizationId): Promise<RetentionSetting> {
  const row = await db.selectFrom("organizations").select(RETENTION_COLUMNS).where("id", "=", id).executeTakeFirst();
  return row === undefined ? NO_RETENTION_SETTING : toRetention(row);
}

/**
 * Organizations, including deleted ones, in the order of their ids after `after`: all, or only those that have ever set
 * a retention. Reads in the order of the primary key, or of organizations_audit_retention.
 */
async function listAuditRetentions(
  { db }: SqlContext,
  which: "all" | "set",
  after: OrganizationId | null,
  limit: number,
): Promise<readonly RetainingOrganization[]> {
  let query = db.selectFrom("organizations").select(["id", "name", ...RETENTION_COLUMNS]);
  if (which === "set") query = query.where("audit_retention_effective_at", "is not", null);
  if (after !== null) query = query.where("id", ">", after);
  const rows = await query.orderBy("id").limit(limit).execute();
  return rows.map((row) => ({ id: row.id, name: row.name, retention: toRetention(row) }));
}

async function setAuditRetention({ db }: SqlContext, id: OrganizationId, retention: RetentionSetting): Promise<void> {
  await db
    .updateTable("organizations")
    .set({
      audit_retention_days: retention.days,
      audit_retention_effective_at: retention.effectiveAt,
      audit_retention_until_then_days: retention.untilThen,
    })
    .where("id", "=", id)
    .execute();
}

/**
 * Deletes up to `limit` events of the organization (`null`: of none) from before the instant, oldest first, and returns
 * how many. Keeps the events that record such a deletion. Reads audit_events_organization from its old end. Locks rows
 * in the order in which they are found, and skips those that another replica has locked.
 */
async function pruneAuditEvents(
  { db, locksRows }: SqlContext,
  organizationId: OrganizationId | null,
  before: number,
  limit: number,
): Promise<number> {
  let due = db
    .selectFrom("audit_events")
    .select("id")
    .where("organization_id", organizationId === null ? "is" : "=", organizationId)
    .where("at", "<", before)
    .where("action", "!=", "audit.pruned")
    .orderBy("at")
    .orderBy("id")
    .limit(limit);
  if (locksRows) due = due.forUpdate().skipLocked();
  const ids = (await due.execute()).map(({ id }) => id);
  if (ids.length > 0) {
    await db.deleteFrom("audit_events").where("id", "in", ids).execute();
    await moveHorizon(db, organizationId, ids);
  }
  return ids.length;
}

/** Deletes the numbers of deleted events, and keeps the highest, so that a reader who had not read them is refused. */
async function moveHorizon(
  db: SqlContext["db"],
  organizationId: OrganizationId | null,
  ids: readonly AuditEventId[],
): Promise<void> {
  const deleted = await db.deleteFrom("event_numbers").where("event_id", "in", ids).returning("seq").execute();
  if (deleted.length === 0) return;
  const prunedTo = Math.max(...deleted.map(({ seq }) => seq));
  await db
    .insertInto("event_horizons")
    .values({ organization_id: organizationId ?? "", pruned_to: prunedTo })
    .onConflict((conflict) =>
      conflict.column("organization_id").doUpdateSet({
        pruned_to: sql`case when event_horizons.pruned_to > excluded.pruned_to
          then event_horizons.pruned_to else excluded.pruned_to end`,
      }),
    )
    .execute();
}

function toRetention(row: Pick<OrganizationRow, (typeof RETENTION_COLUMNS)[number]>): RetentionSetting {
  return {
    days: row.audit_retention_days,
    effectiveAt: row.audit_retention_effective_at,
    untilThen: row.audit_retention_until_then_days,
  };
}
