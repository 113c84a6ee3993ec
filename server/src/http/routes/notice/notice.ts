import { z } from "@hono/zod-openapi";
import { NOTICE_KINDS, type NoticeKind as KindName } from "@mintmark/core";
import {
  dismissNotice,
  getNoticePreferences,
  listNotices,
  readAllNotices,
  readNotice,
  setNoticePreferences,
} from "../../../use-cases/notice/notice.ts";
import { idOf, pageOf, pageQuery, parsePage, presentPage } from "../../../wire/fields.ts";
import {
  Notice,
  NoticeKind,
  NoticePreferences,
  presentNotice,
  presentNoticePreferences,
} from "../../../wire/notice.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const NoticePath = z.strictObject({ id: idOf("notice") });

const Query = z.strictObject({
  ...pageQuery,
  unread: z.literal("true").optional().openapi({ description: "Only those that were not read." }),
  kind: NoticeKind.optional(),
});

const listNoticesOperation = defineOperation({
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
    const page = await listNotices(deps, actor, filter, parsePage(query));
    return { body: { ...presentPage(page, presentNotice), unread: page.unread } };
  },
});

const readAllNoticesOperation = defineOperation({
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
  handle: async ({ deps, actor }) => ({ body: { read: await readAllNotices(deps, actor) } }),
});

const readNoticeOperation = defineOperation({
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
    await readNotice(deps, actor, params.id);
    return { body: undefined };
  },
});

const dismissNoticeOperation = defineOperation({
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
    await dismissNotice(deps, actor, params.id);
    return { body: undefined };
  },
});

const getNoticePreferencesOperation = defineOperation({
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
  handle: async ({ deps, actor }) => ({ body: presentNoticePreferences(await getNoticePreferences(deps, actor)) }),
});

const EveryKind = Object.fromEntries(NOTICE_KINDS.map((kind) => [kind, z.boolean()])) as Record<KindName, z.ZodBoolean>;

const setNoticePreferencesOperation = defineOperation({
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
  handle: async ({ deps, actor, body }) => ({
    body: presentNoticePreferences(await setNoticePreferences(deps, actor, body.mail)),
  }),
});

export const noticeOperations: readonly Operation[] = [
  listNoticesOperation,
  readAllNoticesOperation,
  readNoticeOperation,
  dismissNoticeOperation,
  getNoticePreferencesOperation,
  setNoticePreferencesOperation,
];
