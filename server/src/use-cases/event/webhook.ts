// Webhooks: addresses of the operator's programs that get the instance's audit events. delivery.ts sends them.
// Rule: only instance admins manage them. A change of where events go, and a new secret, need a recent password. The audit log
// names the host of a webhook and not its URL, whose path often is a secret.
import { randomBytes } from "node:crypto";
import { auditActionsNamed, DAY_MS, Secret, type WebhookDeliveryId, type WebhookId } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type {
  AuditEventRecord,
  Page,
  PageRequest,
  Transaction,
  WebhookDeliveryRecord,
  WebhookRecord,
} from "../../store/store.ts";
import { problemOfUrl } from "../../webhook/post.ts";
import { requireInstanceAdmin, requireRecentSession } from "../authority.ts";
import { requireRoom } from "../limits/limits.ts";
import { type Deps, eventBy, notFound, Refusal, type SessionActor } from "../use-case.ts";
import { TRIED_FOR_MS } from "./delivery.ts";

/** How many event types a webhook can name. */
const MOST_TYPES = 50;
const MOST_URL = 2_000;
export const MOST_DESCRIPTION = 200;
/** How long the secret before a rotation signs too. */
const OVERLAP_MS = DAY_MS;
const SECRET_BYTES = 32;

type WebhookDeps = Pick<Deps, "store" | "clock" | "settings"> & {
  /** Deliveries that are due are sent soon after. */
  readonly webhooks: { begin(): void };
};

export function listWebhooks({ store }: Pick<Deps, "store">, page: PageRequest): Promise<Page<WebhookRecord>> {
  return store.reads.listWebhooks(page);
}

export async function getWebhook({ store }: Pick<Deps, "store">, id: WebhookId): Promise<WebhookRecord> {
  const webhook = await store.reads.findWebhook(id);
  if (webhook === null) throw notFound();
  return webhook;
}

export async function listWebhookDeliveries(
  deps: Pick<Deps, "store">,
  id: WebhookId,
  page: PageRequest,
): Promise<Page<WebhookDeliveryRecord>> {
  await getWebhook(deps, id);
  return deps.store.reads.listWebhookDeliveries(id, page);
}

export interface WebhookInput {
  readonly url: string;
  readonly description?: string | undefined;
  /** `null` or absent: all events but those of use. */
  readonly eventTypes?: readonly string[] | null | undefined;
}

/** A webhook with its new secret. Only this result contains the secret in plaintext. */
export interface WebhookWithSecret {
  readonly webhook: WebhookRecord;
  readonly secret: Secret;
}

/** Creates a webhook that gets the events from now on. */
export async function createWebhook(
  deps: WebhookDeps,
  actor: SessionActor,
  input: WebhookInput,
): Promise<WebhookWithSecret> {
  const url = requireUrl(deps, input.url);
  const eventTypes = requireTypes(input.eventTypes ?? null);
  const description = requireDescription(input.description ?? "");
  const key = randomBytes(SECRET_BYTES);
  const id = newId("webhook");
  const created = await deps.store.transaction(async (tx) => {
    await requireAdmin(deps, tx, actor, { recent: true });
    await requireRoom(deps, tx, "webhooksOfInstance", "");
    const { id: userId, name } = actor.user;
    const createdAt = deps.clock();
    await tx.insertWebhook({
      id,
      url,
      description,
      eventTypes,
      createdAt,
      createdBy: { id: userId, name },
      secret: key,
    });
    await record(deps, tx, actor, { id, url }, "webhook.created", { eventTypes });
    return { webhook: await stored(tx, id), secret: toSecret(key) };
  });
  deps.webhooks.begin();
  return created;
}

export interface WebhookChangeInput extends Omit<WebhookInput, "url"> {
  readonly id: WebhookId;
  readonly url?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/**
 * Changes a webhook. When it is turned on again it continues where it stopped, so it gets the events of the time in
 * between.
 */
export async function changeWebhook(
  deps: WebhookDeps,
  actor: SessionActor,
  input: WebhookChangeInput,
): Promise<WebhookRecord> {
  const url = input.url === undefined ? undefined : requireUrl(deps, input.url);
  const eventTypes = input.eventTypes === undefined ? undefined : requireTypes(input.eventTypes);
  const description = input.description === undefined ? undefined : requireDescription(input.description);
  const webhook = await deps.store.transaction(async (tx) => {
    await requireAdmin(deps, tx, actor, { recent: true });
    const before = await locked(tx, input.id);
    const isOn = before.disabledAt === null;
    const turned =
      input.enabled === undefined || input.enabled === isOn
        ? {}
        : input.enabled
          ? { disabledAt: null, disabledBecause: null, failingSince: null }
          : { disabledAt: deps.clock(), disabledBecause: "admin" as const };
    const change = {
      ...(url === undefined || url === before.url ? {} : { url }),
      ...(description === undefined || description === before.description ? {} : { description }),
      ...(eventTypes === undefined || String(eventTypes) === String(before.eventTypes) ? {} : { eventTypes }),
      ...turned,
    };
    if (Object.keys(change).length === 0) return before;
    await tx.changeWebhook(before.id, change);
    const after = await stored(tx, before.id);
    const [was, is] = changesOf(before, after);
    await record(deps, tx, actor, after, "webhook.changed", { before: was, after: is });
    return after;
  });
  deps.webhooks.begin();
  return webhook;
}

function changesOf(before: WebhookRecord, after: WebhookRecord): readonly [object, object] {
  const shown = (webhook: WebhookRecord): Record<string, unknown> => ({
    host: hostOf(webhook),
    urlChanged: webhook === after && before.url !== after.url,
    description: webhook.description,
    eventTypes: webhook.eventTypes,
    enabled: webhook.disabledAt === null,
  });
  const [was, is] = [shown(before), shown(after)];
  const changed = Object.keys(is).filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
  const only = (all: Record<string, unknown>): object => Object.fromEntries(changed.map((name) => [name, all[name]]));
  return [only(was), only(is)];
}

/** Gives the webhook a new secret. Deliveries are signed with both for 24 hours. */
export async function rotateWebhookSecret(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: WebhookId,
): Promise<WebhookWithSecret> {
  const key = randomBytes(SECRET_BYTES);
  return deps.store.transaction(async (tx) => {
    await requireAdmin(deps, tx, actor, { recent: true });
    const webhook = await locked(tx, id);
    const until = deps.clock() + OVERLAP_MS;
    await tx.rotateWebhookSecret(id, { secret: key, until });
    await record(deps, tx, actor, webhook, "webhook.secret_rotated", { previousSecretEndsAt: until });
    return { webhook: await stored(tx, id), secret: toSecret(key) };
  });
}

/** Deletes a webhook with its secrets. An attempt that is under way may still arrive. */
export async function deleteWebhook(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: WebhookId,
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await requireAdmin(deps, tx, actor, { recent: false });
    const webhook = await locked(tx, id);
    await tx.deleteWebhook(id, deps.clock());
    await record(deps, tx, actor, webhook, "webhook.deleted", {});
  });
}

/** Records a test and sends its event to this webhook, whatever its types. */
export async function testWebhook(deps: WebhookDeps, actor: SessionActor, id: WebhookId): Promise<AuditEventRecord> {
  const event = await deps.store.transaction(async (tx) => {
    await requireAdmin(deps, tx, actor, { recent: false });
    const webhook = await locked(tx, id);
    requireEnabled(webhook);
    const recorded = await record(deps, tx, actor, webhook, "webhook.tested", {});
    const { at } = recorded;
    await tx.insertDeliveries([
      {
        id: newId("webhookDelivery"),
        webhookId: id,
        eventId: recorded.id,
        type: recorded.action,
        at,
        giveUpAt: at + TRIED_FOR_MS,
      },
    ]);
    return recorded;
  });
  deps.webhooks.begin();
  return event;
}

/** Sends one delivery again that has ended. One that waits is not changed. */
export async function replayDelivery(
  deps: WebhookDeps,
  actor: SessionActor,
  input: { readonly id: WebhookId; readonly deliveryId: WebhookDeliveryId },
): Promise<WebhookDeliveryRecord> {
  const delivery = await deps.store.transaction(async (tx) => {
    await requireAdmin(deps, tx, actor, { recent: false });
    const webhook = await locked(tx, input.id);
    requireEnabled(webhook);
    const at = deps.clock();
    const repeated = await tx.repeatDelivery(input.id, input.deliveryId, { at, giveUpAt: at + TRIED_FOR_MS });
    if (repeated === null) throw notFound();
    await record(deps, tx, actor, webhook, "webhook.replayed", { eventId: repeated.eventId });
    return repeated;
  });
  deps.webhooks.begin();
  return delivery;
}

/** Sends all events since an instant again that the webhook's types include, in the background. */
export async function replayWebhook(
  deps: WebhookDeps,
  actor: SessionActor,
  input: { readonly id: WebhookId; readonly since: number },
): Promise<WebhookRecord> {
  const webhook = await deps.store.transaction(async (tx) => {
    await requireAdmin(deps, tx, actor, { recent: false });
    const before = await locked(tx, input.id);
    requireEnabled(before);
    const from = await tx.findNumberSince(input.since);
    if (from !== null && from < before.readTo)
      await tx.changeWebhook(before.id, { replay: { from, to: before.readTo, since: input.since } });
    await record(deps, tx, actor, before, "webhook.replayed", { sinceAt: input.since });
    return stored(tx, input.id);
  });
  deps.webhooks.begin();
  return webhook;
}

async function requireAdmin(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  { recent }: { readonly recent: boolean },
): Promise<void> {
  await tx.lockInstance();
  await requireInstanceAdmin(deps, tx, actor);
  if (recent) requireRecentSession(deps, actor);
}

async function locked(tx: Transaction, id: WebhookId): Promise<WebhookRecord> {
  const webhook = await tx.lockWebhook(id);
  if (webhook === null) throw notFound();
  return webhook;
}

async function stored(tx: Transaction, id: WebhookId): Promise<WebhookRecord> {
  const webhook = await tx.findWebhook(id);
  if (webhook === null) throw new Error("a webhook that is locked cannot be found");
  return webhook;
}

async function record(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  webhook: Pick<WebhookRecord, "id" | "url">,
  action: AuditEventRecord["action"],
  details: Readonly<Record<string, unknown>>,
): Promise<AuditEventRecord> {
  const target = { kind: "webhook", id: webhook.id, name: hostOf(webhook) } as const;
  const event = eventBy(actor, { at: deps.clock(), organizationId: null, action, target, details });
  await tx.insertAuditEvents([event]);
  return event;
}

/** The name of a webhook in the audit log. */
function hostOf({ url }: Pick<WebhookRecord, "url">): string {
  return new URL(url).host;
}

function toSecret(key: Uint8Array): Secret {
  return new Secret(`whsec_${Buffer.from(key).toString("base64")}`);
}

function requireEnabled({ disabledAt }: WebhookRecord): void {
  if (disabledAt === null) return;
  throw new Refusal("webhook_disabled", "The webhook is turned off, so nothing is sent to it. Turn it on first.");
}

function requireUrl({ settings }: Pick<Deps, "settings">, text: string): string {
  const problem =
    text.length > MOST_URL ? `Use ${MOST_URL} characters at most.` : problemOfUrl(text, settings.allowPrivateWebhooks);
  if (problem === null) return new URL(text).href;
  throw invalid("url", problem);
}

function requireDescription(text: string): string {
  const description = text.trim();
  if (description.length <= MOST_DESCRIPTION && !/[\p{Cc}\p{Bidi_Control}]/u.test(description)) return description;
  throw invalid(
    "description",
    `Use ${MOST_DESCRIPTION} characters at most, without control or bidirectional characters.`,
  );
}

function requireTypes(types: readonly string[] | null): readonly string[] | null {
  if (types === null) return null;
  if (types.length === 0) throw invalid("eventTypes", "Name at least one event type, or leave them out.");
  if (types.length > MOST_TYPES) throw invalid("eventTypes", `Name ${MOST_TYPES} event types at most.`);
  const unknown = types.find((type) => auditActionsNamed(type).length === 0);
  if (unknown !== undefined) throw invalid("eventTypes", `There is no event type "${unknown.slice(0, 60)}".`);
  return [...new Set(types)].toSorted();
}

function invalid(field: string, message: string): Refusal {
  return new Refusal("field_invalid", `The webhook cannot be used like this. ${message}`, {
    errors: [{ field, message }],
  });
}
