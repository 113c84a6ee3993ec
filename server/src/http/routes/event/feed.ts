// The event feed of the instance, for the host. Deliberately absent: acknowledging events. The client keeps its cursor.
import { z } from "@hono/zod-openapi";
import { LONGEST_WAIT_SECONDS, readInstanceEvents, WAITING_OF_CALLER } from "../../../use-cases/event/waiting.ts";
import { auditQuery } from "../../../wire/audit.ts";
import { FeedAfter, FeedPageBody, parseFeedFilter, presentFeed } from "../../../wire/event.ts";
import { pageQuery } from "../../../wire/schema.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const readEventsOperation = defineOperation({
  operationId: "readEvents",
  method: "get",
  path: "/api/manage/events",
  tag: "Management",
  summary: "Read the audit events of the instance in the order of their commits",
  description: `Every event at least once: process \`items\`, store \`nextCursor\`, and continue with it. With \`wait\` the response comes with the next event, or empty at the end of that time. At most ${WAITING_OF_CALLER} requests of a key wait at the same time. \`cursor_expired\`: events that you have not read were deleted after their retention, or the database was restored.`,
  credentials: ["management-key"],
  scope: "events:read",
  query: z.strictObject({
    after: FeedAfter,
    wait: z.coerce
      .number()
      .int()
      .min(0)
      .max(LONGEST_WAIT_SECONDS)
      .default(0)
      .openapi({ description: `Seconds to wait for an event, 0–${LONGEST_WAIT_SECONDS}.` }),
    limit: pageQuery.limit,
    action: auditQuery.action,
  }),
  status: 200,
  response: FeedPageBody,
  refusals: ["cursor_invalid", "cursor_expired", "rate_limited"],
  handle: async ({ deps, actor, query: { after, wait, limit, action }, signal }) => {
    const request = { after, limit, filter: parseFeedFilter({ action }), waitSeconds: wait };
    return { body: presentFeed(await readInstanceEvents(deps, actor, request, signal)) };
  },
});

export const eventOperations: readonly Operation[] = [readEventsOperation];
