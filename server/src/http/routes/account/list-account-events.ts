import { z } from "@hono/zod-openapi";
import { listAccountEvents as list } from "../../../service/account/list-account-events.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { AuditEvent, presentAuditEvent } from "../../presenters/audit-event.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";

export const listAccountEvents: Operation = defineOperation({
  operationId: "listAccountEvents",
  method: "get",
  path: "/api/account/audit-events",
  tag: "Account",
  summary: "Read my own audit log",
  description: "What I did and what was done to me, in every organization, newest first.",
  credentials: ["session"],
  query: z.strictObject(pageQuery),
  status: 200,
  answer: pageOf(AuditEvent),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, actor, query }) => ({
    body: presentPage(await list(deps, actor, parsePage(query)), presentAuditEvent),
  }),
});
