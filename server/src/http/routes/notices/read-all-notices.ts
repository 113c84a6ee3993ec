import { z } from "@hono/zod-openapi";
import { readAllNotices as readAll } from "../../../service/notice/read-notices.ts";
import { defineOperation, type Operation } from "../../operation.ts";

export const readAllNotices: Operation = defineOperation({
  operationId: "readAllNotices",
  method: "post",
  path: "/api/notices/read",
  tag: "Notices",
  summary: "Mark all my notices as read",
  description: "Those that came until now.",
  credentials: ["session"],
  status: 200,
  answer: z.object({ read: z.int().openapi({ description: "How many had not been read." }) }),
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: { read: await readAll(deps, actor) } }),
});
