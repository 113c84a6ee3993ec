import type { Operation } from "../../operation.ts";
import { listAuditEvents } from "./list-audit-events.ts";

export const auditOperations: readonly Operation[] = [listAuditEvents];
