import { NO_RETENTION_SETTING, type OrganizationId, type RetentionSetting } from "@mintmark/core";
import type { RetainingOrganization } from "../audit-port.ts";
import type { OrganizationRow } from "../tables.ts";
import type { SqlContext } from "./context.ts";

const COLUMNS = [
  "audit_retention_days",
  "audit_retention_effective_at",
  "audit_retention_until_then_days",
] as const satisfies readonly (keyof OrganizationRow)[];

/** By primary key. */
export async function findAuditRetention({ db }: SqlContext, id: OrganizationId): Promise<RetentionSetting> {
  const row = await db.selectFrom("organizations").select(COLUMNS).where("id", "=", id).executeTakeFirst();
  return row === undefined ? NO_RETENTION_SETTING : toRetention(row);
}

/** In the order of the primary key, or of organizations_audit_retention. */
export async function listAuditRetentions(
  { db }: SqlContext,
  which: "all" | "set",
  after: OrganizationId | null,
  limit: number,
): Promise<readonly RetainingOrganization[]> {
  let query = db.selectFrom("organizations").select(["id", "name", ...COLUMNS]);
  if (which === "set") query = query.where("audit_retention_effective_at", "is not", null);
  if (after !== null) query = query.where("id", ">", after);
  const rows = await query.orderBy("id").limit(limit).execute();
  return rows.map((row) => ({ id: row.id, name: row.name, retention: toRetention(row) }));
}

export async function setAuditRetention(
  { db }: SqlContext,
  id: OrganizationId,
  retention: RetentionSetting,
): Promise<void> {
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
 * By audit_events_organization, read from its old end; rows are locked in the order they are found, and those
 * that another replica has locked are skipped.
 */
export async function pruneAuditEvents(
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
  if (ids.length > 0) await db.deleteFrom("audit_events").where("id", "in", ids).execute();
  return ids.length;
}

function toRetention(row: Pick<OrganizationRow, (typeof COLUMNS)[number]>): RetentionSetting {
  return {
    days: row.audit_retention_days,
    effectiveAt: row.audit_retention_effective_at,
    untilThen: row.audit_retention_until_then_days,
  };
}
