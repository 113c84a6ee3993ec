// The caller's calendar feed of expiries. Rule: its address is a secret, appears only in the response that creates it,
// and gives access to nothing else.
import { z } from "@hono/zod-openapi";
import {
  createCalendarFeed,
  findCalendarFeed,
  readCalendar,
  revokeCalendarFeed,
} from "../../../use-cases/notice/calendar.ts";
import { notFound } from "../../../use-cases/use-case.ts";
import {
  CalendarFeedResponse,
  NewCalendarFeed,
  presentCalendar,
  presentCalendarFeed,
  presentNewCalendarFeed,
} from "../../../wire/notice.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const getCalendarFeedOperation = defineOperation({
  operationId: "getCalendarFeed",
  method: "get",
  path: "/api/account/calendar-feed",
  tag: "Notices",
  summary: "Show whether I have a calendar feed",
  description: "Returns when it was created and last read. Its address was shown once, when it was created.",
  credentials: ["session"],
  status: 200,
  response: CalendarFeedResponse,
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: presentCalendarFeed(await findCalendarFeed(deps, actor)) }),
});

const createCalendarFeedOperation = defineOperation({
  operationId: "createCalendarFeed",
  method: "post",
  path: "/api/account/calendar-feed",
  tag: "Notices",
  summary: "Create my calendar feed, or give it a new address",
  description:
    "The response has its address, which is not shown again. When the response arrives, an earlier address no longer works.",
  credentials: ["session"],
  recentPassword: "always",
  status: 201,
  response: NewCalendarFeed,
  refusals: ["session_ended"],
  handle: async ({ deps, actor }) => ({
    body: presentNewCalendarFeed(await createCalendarFeed(deps, actor), deps.settings.baseUrl),
  }),
});

const revokeCalendarFeedOperation = defineOperation({
  operationId: "revokeCalendarFeed",
  method: "delete",
  path: "/api/account/calendar-feed",
  tag: "Notices",
  summary: "Delete my calendar feed",
  description: "When the response arrives, its address no longer works. Without a feed, the request changes nothing.",
  credentials: ["session"],
  status: 204,
  refusals: ["session_ended"],
  handle: async ({ deps, actor }) => {
    await revokeCalendarFeed(deps, actor);
    return { body: undefined };
  },
});

const FILE = /^([0-9a-f]{64})\.ics$/;

const readCalendarOperation = defineOperation({
  operationId: "readCalendar",
  method: "get",
  path: "/calendar/{file}",
  tag: "Notices",
  summary: "Read a calendar of token expiries",
  description:
    "For calendar programs, at the address that `POST /api/account/calendar-feed` returned: `/calendar/<secret>.ics`. Contains names and dates of one person's active tokens, and of the active API keys that they may see. The secret gives access to nothing else. At most 60 requests a minute from one address.",
  credentials: ["public"],
  crossSite: true,
  params: z.strictObject({
    file: z
      .string()
      .max(200)
      .openapi({ description: "The secret of the feed, with `.ics` behind it.", example: "SECRET.ics" }),
  }),
  status: 200,
  fileTypes: ["text/calendar"],
  refusals: ["not_found", "rate_limited"],
  handle: async ({ deps, params, origin }) => {
    const secret = FILE.exec(params.file)?.[1];
    if (secret === undefined) throw notFound();
    const entries = await readCalendar(deps, secret, origin);
    const text = await presentCalendar(entries, deps.settings.baseUrl);
    return {
      body: undefined,
      file: { contentType: "text/calendar; charset=utf-8", fileName: "mintmark.ics", chunks: whole(text) },
    };
  },
});

async function* whole(text: string): AsyncGenerator<string> {
  yield text;
}

export const calendarOperations: readonly Operation[] = [
  getCalendarFeedOperation,
  createCalendarFeedOperation,
  revokeCalendarFeedOperation,
  readCalendarOperation,
];
