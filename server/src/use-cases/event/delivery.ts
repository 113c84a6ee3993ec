// Sends events to webhooks. First it plans: each webhook reads the numbered events that it has not read, and each event that its
// types include becomes a delivery, in one transaction with the number that it has read up to. Then it attempts
// what is due. So no event is lost when a process crashes, and one can be sent twice, with the same id.
// Rule: webhooks do not share anything that one of them could use up. A slow one delays only its own deliveries.
import { DAY_MS, isSentToWebhook, type WebhookId } from "@mintmark/core";
import { randomInt } from "node:crypto";
import { createRounds, type Rounds } from "../../background.ts";
import { inSteps } from "../../bounded.ts";
import type {
  AuditEventRecord,
  ClaimedDelivery,
  ListedAuditEvent,
  NewDelivery,
  Store,
  Transaction,
} from "../../store/store.ts";
import { newId } from "../../secrets/generate.ts";
import type { PostResult, WebhookPoster } from "../../webhook/post.ts";
import { eventOf, MINTMARK } from "../use-case.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long an event is tried, and how long a webhook may fail before it is turned off. */
export const TRIED_FOR_MS: number = 3 * DAY_MS;
/** The delay after each failed attempt, and then the longest. A random part is added, up to a quarter. */
const RETRY_MS: readonly number[] = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
];
const LONGEST_RETRY_MS = 8 * HOUR_MS;
/** Longer than an attempt can take. After a crash, a delivery is attempted again when this is over. */
const CLAIM_MS = MINUTE_MS;
/** Deliveries of one webhook that are under way at the same time. */
const AT_ONCE = 4;
/** A webhook reads no further while so many of its deliveries wait. The rest waits in the log. */
const MOST_PENDING = 500;
const READ_AT_ONCE = 200;
/** How often events and deliveries of other replicas are looked for. */
const ROUND_MS = 5_000;
/** How long an ended delivery is shown. */
const KEPT_MS = 30 * DAY_MS;
const FORGOTTEN_AT_ONCE = 500;

export interface DeliveryDeps {
  /** Its transactions create notices, so that instance admins hear of a webhook that was turned off. */
  readonly store: Pick<Store, "transaction" | "reads">;
  /** Called after each commit of this process that recorded events. `begin` is one of them while there is a webhook. */
  readonly onEvents: Set<() => void>;
  readonly clock: () => number;
  readonly poster: WebhookPoster;
  /** The body of the request: `{type, timestamp, data}`. */
  readonly bodyOf: (event: ListedAuditEvent) => string;
  readonly onError: (error: unknown) => void;
}

/** Plans and attempts what is due, and goes on whenever something is. */
export type Deliveries = Rounds;

export function createDeliveries(deps: DeliveryDeps): Deliveries {
  const ending = new AbortController();
  const underWay = new Map<Promise<void>, WebhookId>();
  const rounds = createRounds({
    async step() {
      const { hasWebhooks, isMore } = await planAll(deps);
      if (hasWebhooks) deps.onEvents.add(rounds.begin);
      else deps.onEvents.delete(rounds.begin);
      await startDue(deps, ending.signal, underWay, rounds.begin);
      return isMore;
    },
    async nextInMs() {
      const due = await deps.store.reads.nextDeliveryDueAt();
      const ms = due === null ? ROUND_MS : due - deps.clock();
      // A delivery that is due already waits for an attempt to end, which begins a round, or for another replica.
      return ms <= 0 ? SECOND_MS : Math.min(ms, ROUND_MS);
    },
    afterFailureMs: ROUND_MS,
    underWay: () => underWay.keys(),
    ending,
    onError: deps.onError,
  });
  return rounds;
}

/** Plans a step for each webhook that has not read every event. */
async function planAll({
  store,
  clock,
}: DeliveryDeps): Promise<{ readonly hasWebhooks: boolean; readonly isMore: boolean }> {
  let isMore = false;
  const active = await store.reads.listActiveWebhooks();
  for (const { id, isBehind } of active) {
    // After a crash of the machine the number that was read is lost with the deliveries, and both are written again.
    if (isBehind && (await store.transaction((tx) => plan(tx, id, clock()), "lazy"))) isMore = true;
  }
  return { hasWebhooks: active.length > 0, isMore };
}

/** Returns whether there may be more to read. */
async function plan(tx: Transaction, id: WebhookId, at: number): Promise<boolean> {
  const webhook = await tx.lockWebhook(id, { skip: true });
  if (webhook === null || webhook.disabledAt !== null) return false;
  if ((await tx.countPendingDeliveries(id)) >= MOST_PENDING) return false;
  const deliveryOf = (event: AuditEventRecord): NewDelivery => ({
    id: newId("webhookDelivery"),
    webhookId: id,
    eventId: event.id,
    type: event.action,
    at,
    giveUpAt: at + TRIED_FOR_MS,
  });
  const { replay, eventTypes } = webhook;
  const fresh = await tx.listEventsInOrder(null, webhook.readTo, READ_AT_ONCE);
  const wanted = fresh.filter(({ event }) => isSentToWebhook(eventTypes, event.action));
  await tx.insertDeliveries(wanted.map(({ event }) => deliveryOf(event)));
  const last = fresh.at(-1);
  if (last !== undefined) await tx.changeWebhook(id, { readTo: last.seq });
  if (replay === null) return fresh.length === READ_AT_ONCE;
  const old = (await tx.listEventsInOrder(null, replay.from, READ_AT_ONCE)).filter(({ seq }) => seq <= replay.to);
  const again = old.filter(({ event }) => event.at >= replay.since && isSentToWebhook(eventTypes, event.action));
  await tx.insertDeliveries(
    again.map(({ event }) => deliveryOf(event)),
    { repeat: true },
  );
  const isDone = old.length < READ_AT_ONCE;
  await tx.changeWebhook(id, { replay: isDone ? null : { ...replay, from: old.at(-1)?.seq ?? replay.to } });
  return !isDone || fresh.length === READ_AT_ONCE;
}

async function startDue(
  deps: DeliveryDeps,
  signal: AbortSignal,
  underWay: Map<Promise<void>, WebhookId>,
  onEnd: () => void,
): Promise<void> {
  const now = deps.clock();
  const due = await deps.store.reads.nextDeliveryDueAt();
  if (due === null || due > now || signal.aborted) return;
  const countOf = (id: WebhookId): number => [...underWay.values()].filter((other) => other === id).length;
  const most = (id: WebhookId): number => AT_ONCE - countOf(id);
  const until = now + CLAIM_MS;
  const claimed = await deps.store.transaction((tx) => tx.claimDeliveries({ now, until, most }), "lazy");
  for (const one of claimed) {
    const attempt = attemptOne(deps, one, signal)
      .catch(deps.onError)
      .finally(() => {
        underWay.delete(attempt);
        onEnd();
      });
    underWay.set(attempt, one.delivery.webhookId);
  }
}

async function attemptOne(deps: DeliveryDeps, claimed: ClaimedDelivery, signal: AbortSignal): Promise<void> {
  const { store, clock, poster, bodyOf } = deps;
  const { delivery, url, secrets, event } = claimed;
  if (event === null) {
    const ended = { at: clock(), responseStatus: null, latencyMs: null, next: "expired" } as const;
    const error = "The event was deleted, because its retention is over.";
    await store.transaction((tx) => tx.recordAttempt(delivery, { ...ended, error }));
    return;
  }
  const result = await poster.send({ url, id: event.id, body: bodyOf(event), secrets, at: clock() }, signal);
  // The end of the instance cut it off, which says nothing about the receiver. The claim runs out.
  if (signal.aborted && result.status === null) return;
  await store.transaction((tx) => settle(tx, claimed, result, clock()));
}

/** Records an attempt, and turns the webhook off when its receiver is gone or has failed for too long. */
async function settle(tx: Transaction, { delivery }: ClaimedDelivery, result: PostResult, at: number): Promise<void> {
  const { webhookId: id } = delivery;
  const webhook = await tx.lockWebhook(id);
  if (webhook === null) return;
  const { status: responseStatus, latencyMs, error } = result;
  const next = error === null ? "delivered" : nextAttemptAt(delivery, result, at);
  const isOurs = await tx.recordAttempt(delivery, { at, responseStatus, latencyMs, error, next });
  if (!isOurs) return;
  if (error === null) {
    if (webhook.failingSince !== null) await tx.changeWebhook(id, { failingSince: null });
    return;
  }
  const failingSince = webhook.failingSince ?? at;
  const isGone = responseStatus === 410;
  // The last attempt of a delivery is up to one delay before the end of its time.
  const enoughMs = next === "failed" ? TRIED_FOR_MS - 1.25 * LONGEST_RETRY_MS : TRIED_FOR_MS;
  const isOff = isGone || at - failingSince >= enoughMs;
  if (!isOff || webhook.disabledAt !== null) {
    if (webhook.failingSince === null) await tx.changeWebhook(id, { failingSince });
    return;
  }
  const because = isGone ? "gone" : "failing";
  await tx.changeWebhook(id, { disabledAt: at, disabledBecause: because, failingSince });
  await tx.insertAuditEvents([
    eventOf(MINTMARK, {
      at,
      organizationId: null,
      action: "webhook.disabled",
      target: { kind: "webhook", id, name: new URL(webhook.url).host },
      details: { reason: because, failingSinceAt: failingSince },
    }),
  ]);
}

/** When to try again, at a time that differs between deliveries, or that it has failed. */
function nextAttemptAt(
  { attempts, giveUpAt }: ClaimedDelivery["delivery"],
  { retryAfterMs }: PostResult,
  at: number,
): number | "failed" {
  const delay = RETRY_MS[attempts - 1] ?? LONGEST_RETRY_MS;
  const wanted = Math.min(Math.max(delay, retryAfterMs ?? 0), DAY_MS);
  const next = at + wanted + randomInt(Math.floor(delay / 4));
  return next <= giveUpAt ? next : "failed";
}

/** Deletes deliveries that ended long ago, and those of deleted webhooks, in small steps. */
export async function forgetOldDeliveries(
  { store, clock }: { readonly store: Pick<Store, "transaction">; readonly clock: () => number },
  signal?: AbortSignal,
): Promise<void> {
  const limit = FORGOTTEN_AT_ONCE;
  await inSteps(
    async () => (await store.transaction((tx) => tx.forgetDeliveries(clock() - KEPT_MS, limit))) === limit,
    signal,
  );
}
