import { z } from "@hono/zod-openapi";
import { NOTICE_KINDS, type NoticeKind } from "@mintmark/core";
import { setNoticePreferences as set } from "../../../service/notice/notice-preferences.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { NoticePreferences, presentNoticePreferences } from "../../presenters/notice.ts";

const EveryKind = Object.fromEntries(NOTICE_KINDS.map((kind) => [kind, z.boolean()])) as Record<
  NoticeKind,
  z.ZodBoolean
>;

export const setNoticePreferences: Operation = defineOperation({
  operationId: "setNoticePreferences",
  method: "put",
  path: "/api/account/notice-preferences",
  tag: "Notices",
  summary: "Choose which notices I also get by mail",
  description:
    "Every kind is named. `token.revoked` is always `true`: that somebody else ended a token is always mailed.",
  credentials: ["session"],
  body: z.strictObject({ mail: z.strictObject(EveryKind) }),
  status: 200,
  answer: NoticePreferences,
  refusals: ["session_ended"],
  handle: async ({ deps, actor, body }) => ({ body: presentNoticePreferences(await set(deps, actor, body.mail)) }),
});
