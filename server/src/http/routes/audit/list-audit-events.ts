import { z } from "@hono/zod-openapi";
import { listAuditEvents as list } from "../../../service/audit/list-audit-events.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { AuditEvent, presentAuditEvent } from "../../presenters/audit-event.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";
import { auditQuery, parseAuditFilter } from "./audit-query.ts";

export const listAuditEvents: Operation = defineOperation({
  operationId: "listAuditEvents",
  method: "get",
  path: "/api/organizations/{id}/audit-events",
  tag: "Audit log",
  summary: "Read the organization's audit log",
  description: "Newest first. Every change is in it, written in the same transaction as the change.",
  credentials: ["session", "pat", "api-key"],
  permission: "audit:read",
  params: OrganizationPath,
  query: z.strictObject({ ...pageQuery, ...auditQuery }),
  status: 200,
  answer: pageOf(AuditEvent),
  refusals: ["cursor_invalid", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentPage(await list(deps, actor, params.id, parseAuditFilter(query), parsePage(query)), presentAuditEvent),
  }),
});
