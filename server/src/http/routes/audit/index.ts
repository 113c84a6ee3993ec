import type { Operation } from "../../operation.ts";
import { exportAuditEvents } from "./export-audit-events.ts";
import { getAuditRetention } from "./get-audit-retention.ts";
import { listAuditEvents } from "./list-audit-events.ts";
import { setAuditRetention } from "./set-audit-retention.ts";

export const auditOperations: readonly Operation[] = [
  listAuditEvents,
  exportAuditEvents,
  getAuditRetention,
  setAuditRetention,
];
