import { z } from "@hono/zod-openapi";
import { listNotices as list } from "../../../service/notice/list-notices.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Notice, NoticeKind, presentNotice } from "../../presenters/notice.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";

const Query = z.strictObject({
  ...pageQuery,
  unread: z.literal("true").optional().openapi({ description: "Only those that were not read." }),
  kind: NoticeKind.optional(),
});

export const listNotices: Operation = defineOperation({
  operationId: "listNotices",
  method: "get",
  path: "/api/notices",
  tag: "Notices",
  summary: "List my notices",
  description:
    "What happened to my tokens and what is about to, newest first, without the dismissed ones. Notices are kept for a year.",
  credentials: ["session"],
  query: Query,
  status: 200,
  answer: pageOf(Notice).extend({
    unread: z.int().openapi({ description: "Unread ones, whatever the filter. 100 stands for 100 or more." }),
  }),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, actor, query }) => {
    const filter = { unreadOnly: query.unread === "true", kind: query.kind ?? null };
    const page = await list(deps, actor, filter, parsePage(query));
    return { body: { ...presentPage(page, presentNotice), unread: page.unread } };
  },
});
