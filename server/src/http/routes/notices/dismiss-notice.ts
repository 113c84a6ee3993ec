import { dismissNotice as dismiss } from "../../../service/notice/read-notices.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { NoticePath } from "./notice-path.ts";

export const dismissNotice: Operation = defineOperation({
  operationId: "dismissNotice",
  method: "post",
  path: "/api/notices/{id}/dismiss",
  tag: "Notices",
  summary: "Dismiss a notice",
  description: "It leaves the list for good. What it told of stays in the audit log.",
  credentials: ["session"],
  params: NoticePath,
  status: 204,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => {
    await dismiss(deps, actor, params.id);
    return { body: undefined };
  },
});
