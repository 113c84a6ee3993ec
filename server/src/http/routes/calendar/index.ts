import type { Operation } from "../../operation.ts";
import { createCalendarFeed } from "./create-calendar-feed.ts";
import { getCalendarFeed } from "./get-calendar-feed.ts";
import { readCalendar } from "./read-calendar.ts";
import { revokeCalendarFeed } from "./revoke-calendar-feed.ts";

export const calendarOperations: readonly Operation[] = [
  getCalendarFeed,
  createCalendarFeed,
  revokeCalendarFeed,
  readCalendar,
];
