import {
  changeRetention,
  MAX_RETENTION_DAYS,
  MIN_RETENTION_DAYS,
  type OrganizationId,
  type RetentionSetting,
} from "@mintmark/core";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission } from "../organization/lock-organization.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { type AuditRetention, retentionOf } from "./get-retention.ts";

/**
 * Sets for how many days the organization's events are kept; `null` follows the instance. A shorter time than
 * the one in force deletes nothing for seven days: whoever set it without right can be stopped until then.
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
        details: { before: detailsOf(before), after: detailsOf(after) },
      }),
    ]);
    return retentionOf(deps, after);
  });
}

function detailsOf({ days, effectiveAt }: RetentionSetting): Readonly<Record<string, unknown>> {
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
