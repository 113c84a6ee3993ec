import { z } from "@hono/zod-openapi";
import { listInstanceEvents as list } from "../../../service/admin/list-instance-events.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { AuditEvent, presentAuditEvent } from "../../presenters/audit-event.ts";
import { idOf } from "../../presenters/id.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { auditQuery, parseAuditFilter } from "../audit/audit-query.ts";

export const listInstanceEvents: Operation = defineOperation({
  operationId: "listInstanceEvents",
  method: "get",
  path: "/api/admin/audit-events",
  tag: "Instance administration",
  summary: "Read the instance's audit log",
  description: "Newest first: accounts, services and every organization, deleted ones too.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    ...auditQuery,
    organization: idOf("organization").optional().openapi({ description: "Only the events of this organization." }),
  }),
  status: 200,
  answer: pageOf(AuditEvent),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => {
    const { organization } = query;
    const filter = {
      ...parseAuditFilter(query),
      ...(organization === undefined ? {} : { organizationId: organization }),
    };
    return { body: presentPage(await list(deps, filter, parsePage(query)), presentAuditEvent) };
  },
});
