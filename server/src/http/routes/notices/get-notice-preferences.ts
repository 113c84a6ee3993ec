import { getNoticePreferences as get } from "../../../service/notice/notice-preferences.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { NoticePreferences, presentNoticePreferences } from "../../presenters/notice.ts";

export const getNoticePreferences: Operation = defineOperation({
  operationId: "getNoticePreferences",
  method: "get",
  path: "/api/account/notice-preferences",
  tag: "Notices",
  summary: "Which notices I also get by mail",
  description: "In the app every kind is always shown. Letters go to a verified address only.",
  credentials: ["session"],
  status: 200,
  answer: NoticePreferences,
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: presentNoticePreferences(await get(deps, actor)) }),
});
