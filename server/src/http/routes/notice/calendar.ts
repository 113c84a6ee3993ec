import { z } from "@hono/zod-openapi";
import {
  createCalendarFeed,
  findCalendarFeed,
  readCalendar,
  revokeCalendarFeed,
} from "../../../use-cases/notice/calendar.ts";
import { notFound } from "../../../use-cases/refusal.ts";
import {
  CalendarFeedAnswer,
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
  summary: "Whether I have a calendar feed",
  description: "Since when, and when it was last read. Its address was shown once, when it was made.",
  credentials: ["session"],
  status: 200,
  answer: CalendarFeedAnswer,
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: presentCalendarFeed(await findCalendarFeed(deps, actor)) }),
});

const createCalendarFeedOperation = defineOperation({
  operationId: "createCalendarFeed",
  method: "post",
  path: "/api/account/calendar-feed",
  tag: "Notices",
  summary: "Make my calendar feed, or give it a new address",
  description: "The answer has its address, this once. An earlier address is dead when this returns.",
  credentials: ["session"],
  recentPassword: "always",
  status: 201,
  answer: NewCalendarFeed,
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
  summary: "End my calendar feed",
  description: "Its address is dead when this returns. Without a feed it does nothing.",
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
  summary: "A calendar of when tokens expire",
  description:
    "For calendar programs, by the address that `POST /api/account/calendar-feed` answered: `/calendar/<secret>.ics`. Names and dates of one person's live tokens, and of the live API keys that they may see. The secret opens nothing else. 60 readings a minute from one address.",
  credentials: ["public"],
  crossSite: true,
  params: z.strictObject({ file: z.string().max(200) }),
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
