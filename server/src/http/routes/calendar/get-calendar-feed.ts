import { findCalendarFeed } from "../../../service/calendar/calendar-feed.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { CalendarFeedAnswer, presentCalendarFeed } from "../../presenters/calendar-feed.ts";

export const getCalendarFeed: Operation = defineOperation({
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
