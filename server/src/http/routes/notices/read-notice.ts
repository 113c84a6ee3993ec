import { readNotice as read } from "../../../service/notice/read-notices.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { NoticePath } from "./notice-path.ts";

export const readNotice: Operation = defineOperation({
  operationId: "readNotice",
  method: "post",
  path: "/api/notices/{id}/read",
  tag: "Notices",
  summary: "Mark a notice as read",
  credentials: ["session"],
  params: NoticePath,
  status: 204,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => {
    await read(deps, actor, params.id);
    return { body: undefined };
  },
});
