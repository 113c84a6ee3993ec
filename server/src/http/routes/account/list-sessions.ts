import { z } from "@hono/zod-openapi";
import { listSessions as list } from "../../../service/session/list-sessions.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { BrowserSession, presentBrowserSession } from "../../presenters/session.ts";

export const listSessions: Operation = defineOperation({
  operationId: "listSessions",
  method: "get",
  path: "/api/account/sessions",
  tag: "Account",
  summary: "List where I am signed in",
  description: "Newest first.",
  credentials: ["session"],
  query: z.strictObject(pageQuery),
  status: 200,
  answer: pageOf(BrowserSession),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, actor, query }) => ({
    body: presentPage(await list(deps, actor, parsePage(query)), presentBrowserSession),
  }),
});
