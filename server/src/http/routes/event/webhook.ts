// The webhooks of the instance. Rule: only instance admins manage them, and a secret appears only in the response that makes
// it. Deliberately absent: the body of a delivery and of its response.
import { z } from "@hono/zod-openapi";
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhookDeliveries,
  listWebhooks,
  MOST_DESCRIPTION,
  replayDelivery,
  replayWebhook,
  rotateWebhookSecret,
  testWebhook,
  type WebhookWithSecret,
} from "../../../use-cases/event/webhook.ts";
import { EventTypes, presentWebhook, presentWebhookDelivery, Webhook, WebhookDelivery } from "../../../wire/event.ts";
import { idOf, InstantInput, pageOf, pageQuery, parsePage, presentPage } from "../../../wire/schema.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const PATH = "/api/admin/webhooks";
const tag = "Webhooks";
const credentials = ["instance-admin"] as const;
const params = z.strictObject({ id: idOf("webhook") });

const Url = z.string().max(3_000).openapi({
  description:
    "An https URL. A host in a private or reserved network is refused, unless the operator sets MINTMARK_WEBHOOK_PRIVATE=allow.",
  example: "https://hooks.example.com/mintmark",
});
const Description = z
  .string()
  .max(1_000)
  .openapi({
    description: `A text of ${MOST_DESCRIPTION} characters at most, for people.`,
    example: "Billing",
  });

const SecretBody = z
  .object({
    webhook: Webhook,
    secret: z.string().openapi({
      description: "Shown only once. Deliveries are signed with it, in the form of Standard Webhooks.",
      example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=",
    }),
  })
  .openapi("WebhookWithSecret");

function presentWithSecret({ webhook, secret }: WebhookWithSecret): z.infer<typeof SecretBody> {
  return { webhook: presentWebhook(webhook), secret: secret.expose() };
}

const list = defineOperation({
  operationId: "listWebhooks",
  method: "get",
  path: PATH,
  tag,
  summary: "List the webhooks",
  description: "Newest first.",
  credentials,
  query: z.strictObject(pageQuery),
  status: 200,
  response: pageOf(Webhook),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => ({
    body: presentPage(await listWebhooks(deps, parsePage(query)), presentWebhook),
  }),
});

const create = defineOperation({
  operationId: "createWebhook",
  method: "post",
  path: PATH,
  tag,
  summary: "Create a webhook",
  description: "It gets the audit events of the instance from now on. The secret in this response is not shown again.",
  credentials,
  recentPassword: "always",
  body: z.strictObject({ url: Url, description: Description.optional(), eventTypes: EventTypes.optional() }),
  status: 201,
  response: SecretBody,
  refusals: ["limit_reached"],
  handle: async ({ deps, actor, body }) => ({ body: presentWithSecret(await createWebhook(deps, actor, body)) }),
});

const get = defineOperation({
  operationId: "getWebhook",
  method: "get",
  path: `${PATH}/{id}`,
  tag,
  summary: "Get a webhook",
  description: "Without its secret, which is shown only when it is made.",
  credentials,
  params,
  status: 200,
  response: Webhook,
  refusals: ["not_found"],
  handle: async ({ deps, params: { id } }) => ({ body: presentWebhook(await getWebhook(deps, id)) }),
});

const change = defineOperation({
  operationId: "changeWebhook",
  method: "patch",
  path: `${PATH}/{id}`,
  tag,
  summary: "Change a webhook, or turn it on or off",
  description:
    "A webhook that is turned on again continues where it stopped, so it gets the events that it missed, as far as they are kept.",
  credentials,
  recentPassword: "always",
  params,
  body: z.strictObject({
    url: Url.optional(),
    description: Description.optional(),
    eventTypes: EventTypes.optional(),
    enabled: z.boolean().optional(),
  }),
  status: 200,
  response: Webhook,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params: { id }, body }) => ({
    body: presentWebhook(await changeWebhook(deps, actor, { id, ...body })),
  }),
});

const remove = defineOperation({
  operationId: "deleteWebhook",
  method: "delete",
  path: `${PATH}/{id}`,
  tag,
  summary: "Delete a webhook",
  description: "Its secret and its deliveries are deleted. An attempt that is under way may still arrive.",
  credentials,
  params,
  status: 204,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params: { id } }) => {
    await deleteWebhook(deps, actor, id);
    return { body: undefined };
  },
});

const rotate = defineOperation({
  operationId: "rotateWebhookSecret",
  method: "post",
  path: `${PATH}/{id}/rotate-secret`,
  tag,
  summary: "Give a webhook a new secret",
  description: "For 24 hours deliveries are signed with both secrets, so the receiver can change over without a gap.",
  credentials,
  recentPassword: "always",
  params,
  status: 200,
  response: SecretBody,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params: { id } }) => ({
    body: presentWithSecret(await rotateWebhookSecret(deps, actor, id)),
  }),
});

const test = defineOperation({
  operationId: "testWebhook",
  method: "post",
  path: `${PATH}/{id}/test`,
  tag,
  summary: "Send a test event",
  description: "Records `webhook.tested` and sends this event to the webhook, whatever its event types.",
  credentials,
  params,
  status: 202,
  response: z.object({ eventId: z.string() }).openapi("WebhookTest"),
  refusals: ["not_found", "webhook_disabled"],
  handle: async ({ deps, actor, params: { id } }) => ({ body: { eventId: (await testWebhook(deps, actor, id)).id } }),
});

const listDeliveries = defineOperation({
  operationId: "listWebhookDeliveries",
  method: "get",
  path: `${PATH}/{id}/deliveries`,
  tag,
  summary: "List the deliveries of a webhook",
  description: "Newest first, for 30 days after they ended.",
  credentials,
  params,
  query: z.strictObject(pageQuery),
  status: 200,
  response: pageOf(WebhookDelivery),
  refusals: ["not_found", "cursor_invalid"],
  handle: async ({ deps, params: { id }, query }) => ({
    body: presentPage(await listWebhookDeliveries(deps, id, parsePage(query)), presentWebhookDelivery),
  }),
});

const repeatOne = defineOperation({
  operationId: "replayWebhookDelivery",
  method: "post",
  path: `${PATH}/{id}/deliveries/{deliveryId}/replay`,
  tag,
  summary: "Send a delivery again",
  description: "With the same `webhook-id`. A delivery that still waits is not changed.",
  credentials,
  params: z.strictObject({ id: idOf("webhook"), deliveryId: idOf("webhookDelivery") }),
  status: 202,
  response: WebhookDelivery,
  refusals: ["not_found", "webhook_disabled"],
  handle: async ({ deps, actor, params: ids }) => ({
    body: presentWebhookDelivery(await replayDelivery(deps, actor, ids)),
  }),
});

const repeatSince = defineOperation({
  operationId: "replayWebhook",
  method: "post",
  path: `${PATH}/{id}/replay`,
  tag,
  summary: "Send all events since an instant again",
  description: "In the background: every event since then that the event types include, as far as events are kept.",
  credentials,
  params,
  body: z.strictObject({ since: InstantInput }),
  status: 202,
  response: Webhook,
  refusals: ["not_found", "webhook_disabled"],
  handle: async ({ deps, actor, params: { id }, body: { since } }) => ({
    body: presentWebhook(await replayWebhook(deps, actor, { id, since })),
  }),
});

export const webhookOperations: readonly Operation[] = [
  list,
  create,
  get,
  change,
  remove,
  rotate,
  test,
  listDeliveries,
  repeatOne,
  repeatSince,
];
