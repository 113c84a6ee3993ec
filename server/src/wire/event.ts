// The JSON of the event feed and of webhooks. Rule: an event looks the same in the audit log, in the feed and in a webhook.
import { z } from "@hono/zod-openapi";
import type { FeedFilter, FeedPage } from "../use-cases/event/feed.ts";
import { Refusal } from "../use-cases/use-case.ts";
import type { ListedAuditEvent, WebhookDeliveryRecord, WebhookRecord } from "../store/store.ts";
import { AuditEvent, parseAuditFilter, presentAuditEvent } from "./audit.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./schema.ts";

export const FeedAfter: z.ZodString = z.string().min(1).max(64).openapi({
  description:
    "`start`: from the oldest event on. `now`: only later events. Otherwise `nextCursor` of the previous response.",
  example: "start",
});

/** A page of the feed. It always has a cursor, also at the end. */
export const FeedPageBody = z
  .object({
    items: z.array(AuditEvent),
    nextCursor: z.string().openapi({ description: "The next `after`, also when `items` is empty." }),
  })
  .openapi("EventFeedPage");

export function presentFeed({ items, next }: FeedPage): z.infer<typeof FeedPageBody> {
  return { items: items.map(presentAuditEvent), nextCursor: next };
}

/** The filter of a feed. It has no times, because events are in the order of their commits. */
export function parseFeedFilter(
  query: Parameters<typeof parseAuditFilter>[0] & { readonly cursor?: string | undefined },
): FeedFilter {
  for (const name of ["cursor", "from", "to"] as const) {
    if (query[name] === undefined) continue;
    const message = "It cannot be combined with `after`.";
    throw new Refusal("field_invalid", `The parameter ${name}: ${message}`, { errors: [{ field: name, message }] });
  }
  return parseAuditFilter(query);
}

export const EventTypes = z
  .array(z.string().max(60))
  .nullable()
  .openapi({
    description:
      "Actions, and beginnings of actions that end in a dot. `null`: all events but those of use (`pat.used`, `pat.denied`, `api_key.used`, `api_key.denied`, `mcp.tool_called`).",
    example: ["pat.", "member.removed"],
  });

export const Webhook = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string(),
    eventTypes: EventTypes,
    createdAt: Instant,
    createdBy: z.object({ id: z.string(), name: z.string() }),
    disabledAt: Instant.nullable().openapi({ description: "`null`: it is on." }),
    disabledBecause: z.enum(["admin", "failing", "gone"]).nullable().openapi({
      description:
        "`admin`: an instance admin turned it off. `failing`: nothing arrived for three days. `gone`: the receiver responded 410.",
    }),
    failingSince: Instant.nullable().openapi({
      description: "The first failed attempt since the last successful one.",
    }),
    previousSecretEndsAt: Instant.nullable().openapi({
      description: "Until when deliveries are also signed with the secret before the last rotation.",
    }),
    replayingSince: Instant.nullable().openapi({
      description: "Events since this instant are being sent again; `null`: none are.",
    }),
  })
  .openapi("Webhook");

export function presentWebhook(webhook: WebhookRecord): z.infer<typeof Webhook> {
  return {
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    eventTypes: webhook.eventTypes === null ? null : [...webhook.eventTypes],
    createdAt: presentInstant(webhook.createdAt),
    createdBy: webhook.createdBy,
    disabledAt: presentInstantOrNull(webhook.disabledAt),
    disabledBecause: webhook.disabledBecause,
    failingSince: presentInstantOrNull(webhook.failingSince),
    previousSecretEndsAt: presentInstantOrNull(webhook.previousSecretUntil),
    replayingSince: presentInstantOrNull(webhook.replay?.since ?? null),
  };
}

export const WebhookDelivery = z
  .object({
    id: z.string(),
    eventId: z.string().openapi({ description: "The audit event, and the `webhook-id` of the request." }),
    type: z.string(),
    createdAt: Instant,
    state: z.enum(["waiting", "delivered", "failed", "expired"]).openapi({
      description:
        "`failed`: no attempt succeeded within three days. `expired`: the event was deleted after its retention.",
    }),
    attempts: z.int(),
    attemptedAt: Instant.nullable(),
    nextAttemptAt: Instant.nullable(),
    responseStatus: z.int().nullable().openapi({ description: "Of the last attempt; `null`: no response." }),
    latencyMs: z.int().nullable(),
    error: z
      .string()
      .nullable()
      .openapi({ description: "Why the last attempt failed. Nothing of the response's body." }),
  })
  .openapi("WebhookDelivery");

export function presentWebhookDelivery(delivery: WebhookDeliveryRecord): z.infer<typeof WebhookDelivery> {
  return {
    id: delivery.id,
    eventId: delivery.eventId,
    type: delivery.type,
    createdAt: presentInstant(delivery.createdAt),
    state: delivery.outcome ?? "waiting",
    attempts: delivery.attempts,
    attemptedAt: presentInstantOrNull(delivery.attemptedAt),
    nextAttemptAt: presentInstantOrNull(delivery.dueAt),
    responseStatus: delivery.responseStatus,
    latencyMs: delivery.latencyMs,
    error: delivery.error,
  };
}

/** The body of a delivery. */
export function webhookBody(event: ListedAuditEvent): string {
  return JSON.stringify({ type: event.action, timestamp: presentInstant(event.at), data: presentAuditEvent(event) });
}
