// An event of the audit log as a row of a table, one fact a column.
import type { CsvCell } from "../../csv/csv.ts";
import type { AuditEventRecord } from "../../store/store.ts";
import { presentAuditEvent } from "./audit-event.ts";

export const AUDIT_EVENT_COLUMNS: readonly string[] = [
  "id",
  "at",
  "action",
  "outcome",
  "actor_kind",
  "actor_id",
  "actor_name",
  "via_kind",
  "via_id",
  "via_name",
  "target_kind",
  "target_id",
  "target_name",
  "ip",
  "user_agent",
  "request_id",
  "organization_id",
  "details",
];

/** In the order of the columns; `details` is a JSON object. */
export function auditEventCells(event: AuditEventRecord): readonly CsvCell[] {
  const { id, at, action, outcome, actor, via, target, ip, userAgent, requestId, organizationId, details } =
    presentAuditEvent(event);
  return [
    id,
    at,
    action,
    outcome,
    actor.kind,
    actor.id,
    actor.name,
    ...referenceCells(via),
    ...referenceCells(target),
    ip,
    userAgent,
    requestId,
    organizationId,
    JSON.stringify(details),
  ];
}

function referenceCells(
  reference: { readonly kind: string; readonly id: string; readonly name: string } | null,
): readonly CsvCell[] {
  return reference === null ? [null, null, null] : [reference.kind, reference.id, reference.name];
}
