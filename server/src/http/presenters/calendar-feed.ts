// The one place where a calendar feed becomes JSON. Its address is in the answer that makes it and nowhere else.
import { z } from "@hono/zod-openapi";
import type { Secret } from "@mintmark/core";
import type { CalendarFeedRecord } from "../../store/store.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";

const CalendarFeed = z.object({
  createdAt: Instant,
  lastReadAt: Instant.nullable().openapi({ description: "When a calendar last asked for it, to the minute." }),
});

export const CalendarFeedAnswer = z.object({ feed: CalendarFeed.nullable() }).openapi("CalendarFeed");

export const NewCalendarFeed = CalendarFeed.extend({
  url: z.string().openapi({
    description: "The address to subscribe to. Shown this once; only a hash of its secret is stored.",
  }),
}).openapi("NewCalendarFeed");

export function presentCalendarFeed(feed: CalendarFeedRecord | null): z.infer<typeof CalendarFeedAnswer> {
  return { feed: feed === null ? null : timesOf(feed) };
}

export function presentNewCalendarFeed(
  { feed, secret }: { readonly feed: CalendarFeedRecord; readonly secret: Secret },
  baseUrl: string,
): z.infer<typeof NewCalendarFeed> {
  return { ...timesOf(feed), url: `${baseUrl}/calendar/${secret.expose()}.ics` };
}

function timesOf(feed: CalendarFeedRecord): z.infer<typeof CalendarFeed> {
  return { createdAt: presentInstant(feed.createdAt), lastReadAt: presentInstantOrNull(feed.lastReadAt) };
}
