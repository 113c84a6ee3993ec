import { MAX_RETENTION_DAYS, MIN_RETENTION_DAYS } from "@mintmark/core";
import { z } from "@hono/zod-openapi";
import { setRetention } from "../../../service/audit/set-retention.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { AuditRetention, presentRetention } from "../../presenters/audit-retention.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const setAuditRetention: Operation = defineOperation({
  operationId: "setAuditRetention",
  method: "put",
  path: "/api/organizations/{id}/audit-retention",
  tag: "Audit log",
  summary: "Set for how long audit events are kept",
  description:
    "A longer time holds at once, a shorter one after seven days: nobody wipes traces at once. Needs a password given within the last 15 minutes.",
  credentials: ["session"],
  recentPassword: "always",
  permission: "policy:write",
  params: OrganizationPath,
  body: z.strictObject({
    days: z
      .int()
      .nullable()
      .openapi({
        description: `${MIN_RETENTION_DAYS}–${MAX_RETENTION_DAYS} days. \`null\` follows the setting of the instance.`,
        example: 365,
      }),
  }),
  status: 200,
  answer: AuditRetention,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentRetention(await setRetention(deps, actor, { organizationId: params.id, days: body.days })),
  }),
});
