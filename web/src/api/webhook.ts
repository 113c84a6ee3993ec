// The webhooks of the instance. For instance admins.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, collectPages, dataOf, done, PAGED } from "./client.ts";
import type { Webhook, WebhookDelivery } from "./types.ts";

const WEBHOOKS = ["admin", "webhooks"] as const;

/** A webhook with its secret, which is shown once. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

export interface WebhookInput {
  readonly url: string;
  readonly description: string;
  readonly eventTypes: string[] | null;
}

export const webhooksQuery = queryOptions({
  queryKey: WEBHOOKS,
  queryFn: ({ signal }) =>
    collectPages((query) => dataOf(api.GET("/api/admin/webhooks", { params: { query }, signal }))),
});

export function webhookQuery(id: string) {
  return queryOptions({
    queryKey: [...WEBHOOKS, id],
    queryFn: ({ signal }) => dataOf(api.GET("/api/admin/webhooks/{id}", { params: { path: { id } }, signal })),
  });
}

const DELIVERIES_A_PAGE = 50;

export function deliveriesQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: [...WEBHOOKS, id, "deliveries"],
    queryFn: ({ signal, pageParam }) => {
      const query = { limit: DELIVERIES_A_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return dataOf(api.GET("/api/admin/webhooks/{id}/deliveries", { params: { path: { id }, query }, signal }));
    },
    ...PAGED,
  });
}

export function createWebhook(body: WebhookInput): Promise<WebhookWithSecret> {
  return dataOf(api.POST("/api/admin/webhooks", { body }));
}

export function changeWebhook(id: string, body: Partial<WebhookInput> & { enabled?: boolean }): Promise<Webhook> {
  return dataOf(api.PATCH("/api/admin/webhooks/{id}", { params: { path: { id } }, body }));
}

export function rotateWebhookSecret(id: string): Promise<WebhookWithSecret> {
  return dataOf(api.POST("/api/admin/webhooks/{id}/rotate-secret", { params: { path: { id } } }));
}

export function deleteWebhook(id: string): Promise<void> {
  return done(api.DELETE("/api/admin/webhooks/{id}", { params: { path: { id } } }));
}

export function testWebhook(id: string): Promise<{ readonly eventId: string }> {
  return dataOf(api.POST("/api/admin/webhooks/{id}/test", { params: { path: { id } } }));
}

export function replayDelivery(id: string, deliveryId: string): Promise<WebhookDelivery> {
  const path = { id, deliveryId };
  return dataOf(api.POST("/api/admin/webhooks/{id}/deliveries/{deliveryId}/replay", { params: { path } }));
}

export function replayWebhook(id: string, since: string): Promise<Webhook> {
  return dataOf(api.POST("/api/admin/webhooks/{id}/replay", { params: { path: { id } }, body: { since } }));
}
