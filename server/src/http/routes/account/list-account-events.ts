import { z } from "@hono/zod-openapi";
import { listAccountEvents as list } from "../../../service/account/list-account-events.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { AuditEvent, presentAuditEvent } from "../../presenters/audit-event.ts";
import { idOf } from "../../presenters/id.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { auditQuery, parseAuditFilter } from "../audit/audit-query.ts";

export const listAccountEvents: Operation = defineOperation({
  operationId: "listAccountEvents",
  method: "get",
  path: "/api/account/audit-events",
  tag: "Account",
  summary: "Read my own audit log",
  description: "What I did and what was done to me, in every organization, newest first.",
  credentials: ["session"],
  query: z.strictObject({
    ...pageQuery,
    ...auditQuery,
    organization: idOf("organization").optional().openapi({ description: "Only the events of this organization." }),
  }),
  status: 200,
  answer: pageOf(AuditEvent),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, actor, query }) => {
    const { organization } = query;
    const filter = {
      ...parseAuditFilter(query),
      ...(organization === undefined ? {} : { organizationId: organization }),
    };
    return { body: presentPage(await list(deps, actor, filter, parsePage(query)), presentAuditEvent) };
  },
});
