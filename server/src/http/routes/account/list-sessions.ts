import { listSessions as list } from "../../../service/session/list-sessions.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { pageOf } from "../../presenters/page.ts";
import { BrowserSession, presentBrowserSession } from "../../presenters/session.ts";

export const listSessions: Operation = defineOperation({
  operationId: "listSessions",
  method: "get",
  path: "/api/account/sessions",
  tag: "Account",
  summary: "List where I am signed in",
  description: "Newest first, whole in one answer.",
  credentials: ["session"],
  status: 200,
  answer: pageOf(BrowserSession),
  refusals: [],
  handle: async ({ deps, actor }) => ({
    body: { items: (await list(deps, actor)).map(presentBrowserSession), nextCursor: null },
  }),
});
