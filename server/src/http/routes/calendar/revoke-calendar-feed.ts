import { revokeCalendarFeed as revoke } from "../../../service/calendar/calendar-feed.ts";
import { defineOperation, type Operation } from "../../operation.ts";

export const revokeCalendarFeed: Operation = defineOperation({
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
    await revoke(deps, actor);
    return { body: undefined };
  },
});
