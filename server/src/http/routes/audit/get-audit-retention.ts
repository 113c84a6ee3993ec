import { getRetention } from "../../../service/audit/get-retention.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { AuditRetention, presentRetention } from "../../presenters/audit-retention.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const getAuditRetention: Operation = defineOperation({
  operationId: "getAuditRetention",
  method: "get",
  path: "/api/organizations/{id}/audit-retention",
  tag: "Audit log",
  summary: "Show for how long audit events are kept",
  credentials: ["session", "pat", "api-key"],
  permission: "audit:read",
  params: OrganizationPath,
  status: 200,
  answer: AuditRetention,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentRetention(await getRetention(deps, actor, params.id)) }),
});
