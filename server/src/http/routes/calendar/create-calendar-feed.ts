import { createCalendarFeed as create } from "../../../service/calendar/calendar-feed.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { NewCalendarFeed, presentNewCalendarFeed } from "../../presenters/calendar-feed.ts";

export const createCalendarFeed: Operation = defineOperation({
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
    body: presentNewCalendarFeed(await create(deps, actor), deps.settings.baseUrl),
  }),
});
