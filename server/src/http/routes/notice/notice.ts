// The caller's notices, and which of them they also get by email.
import { z } from "@hono/zod-openapi";
import { NOTICE_KINDS, type NoticeKind as KindName } from "@mintmark/core";
import {
  dismissNotice,
  getNoticePreferences,
  listNotices,
  readAllNotices,
  readNotice,
  setNoticePreferences,
  unsubscribe,
} from "../../../use-cases/notice/notice.ts";
import { idOf, pageOf, pageQuery, parsePage, presentPage } from "../../../wire/schema.ts";
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
  unread: z.literal("true").optional().openapi({ description: "Only unread notices." }),
  kind: NoticeKind.optional(),
});

const listNoticesOperation = defineOperation({
  operationId: "listNotices",
  method: "get",
  path: "/api/notices",
  tag: "Notices",
  summary: "List my notices",
  description:
    "Past and coming events of my tokens, newest first, without dismissed notices. Notices are kept for a year.",
  credentials: ["session"],
  query: Query,
  status: 200,
  response: pageOf(Notice).extend({
    unread: z
      .int()
      .openapi({ description: "The number of unread notices, regardless of the filter. 100 means 100 or more." }),
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
  description: "Only notices that exist now.",
  credentials: ["session"],
  status: 200,
  response: z.object({ read: z.int().openapi({ description: "How many were unread." }) }),
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: { read: await readAllNotices(deps, actor) } }),
});

const readNoticeOperation = defineOperation({
  operationId: "readNotice",
  method: "post",
  path: "/api/notices/{id}/read",
  tag: "Notices",
  summary: "Mark a notice as read",
  description: "A notice that was read stays listed until it is dismissed.",
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
  description: "Removes it from the list permanently. The event stays in the audit log.",
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
  summary: "Show which notices I also get by email",
  description: "The app always shows every kind. Emails go only to a verified address.",
  credentials: ["session"],
  status: 200,
  response: NoticePreferences,
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: presentNoticePreferences(await getNoticePreferences(deps, actor)) }),
});

const EveryKind = Object.fromEntries(NOTICE_KINDS.map((kind) => [kind, z.boolean()])) as Record<KindName, z.ZodBoolean>;

const setNoticePreferencesOperation = defineOperation({
  operationId: "setNoticePreferences",
  method: "put",
  path: "/api/account/notice-preferences",
  tag: "Notices",
  summary: "Choose which notices I also get by email",
  description:
    "Name every kind. `token.revoked` is always `true`: an email always reports a revocation by somebody else.",
  credentials: ["session"],
  body: z.strictObject({ mail: z.strictObject(EveryKind) }),
  status: 200,
  response: NoticePreferences,
  refusals: ["session_ended"],
  handle: async ({ deps, actor, body }) => ({
    body: presentNoticePreferences(await setNoticePreferences(deps, actor, body.mail)),
  }),
});

const unsubscribeOperation = defineOperation({
  operationId: "unsubscribe",
  method: "post",
  path: "/unsubscribe/{token}",
  tag: "Notices",
  summary: "Turn off the emails of one kind of notice, by the link in such an email",
  description:
    "For mail programs (RFC 8058): the address is in the header `List-Unsubscribe` of the email. The body is ignored. The link turns off this kind for the person who got the email, and allows nothing else. A repeated request changes nothing. A browser gets a page with a button at the same address.",
  credentials: ["public"],
  crossSite: true,
  bodyType: "ignored",
  params: z.strictObject({
    token: z.string().max(200).openapi({ description: "The secret of the link: 64 hexadecimal digits." }),
  }),
  status: 200,
  response: z.object({ kind: NoticeKind }),
  refusals: ["link_invalid"],
  handle: async ({ deps, params, origin }) => ({ body: { kind: await unsubscribe(deps, params.token, origin) } }),
});

export const noticeOperations: readonly Operation[] = [
  listNoticesOperation,
  readAllNoticesOperation,
  readNoticeOperation,
  dismissNoticeOperation,
  getNoticePreferencesOperation,
  setNoticePreferencesOperation,
  unsubscribeOperation,
];
