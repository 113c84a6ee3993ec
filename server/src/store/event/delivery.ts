// The deliveries of webhooks. Each event that a webhook gets has one row, from its first attempt to its end. One replica claims
// a delivery for a time; if that replica crashes, the claim runs out.
// Deliberately absent: what is sent. It is made from the event at each attempt, so no copy outlives the event's retention.
import type { AuditAction, AuditEventId, WebhookDeliveryId, WebhookId } from "@mintmark/core";
import { sql } from "kysely";
import { type ListedAuditEvent, toAuditEvent, withHostIds } from "../audit/event.ts";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { Page, PageRequest } from "../values.ts";
import type { DeliveryOutcome, WebhookDeliveryRow, WebhookRow } from "./rows.ts";

export interface WebhookDeliveryRecord {
  readonly id: WebhookDeliveryId;
  readonly webhookId: WebhookId;
  readonly eventId: AuditEventId;
  readonly type: AuditAction;
  readonly createdAt: number;
  readonly giveUpAt: number;
  readonly dueAt: number | null;
  readonly attempts: number;
  readonly attemptedAt: number | null;
  readonly responseStatus: number | null;
  readonly latencyMs: number | null;
  readonly error: string | null;
  readonly finishedAt: number | null;
  readonly outcome: DeliveryOutcome | null;
}

/** A delivery that only the caller may attempt, until the claim runs out. */
export interface ClaimedDelivery {
  readonly delivery: WebhookDeliveryRecord;
  readonly url: string;
  /** The present secret, and until its end the one before. */
  readonly secrets: readonly Uint8Array[];
  readonly event: ListedAuditEvent | null;
}

export interface NewDelivery {
  readonly id: WebhookDeliveryId;
  readonly webhookId: WebhookId;
  readonly eventId: AuditEventId;
  readonly type: AuditAction;
  readonly at: number;
  readonly giveUpAt: number;
}

export const deliveryReads = { listWebhookDeliveries, nextDeliveryDueAt };

export const deliveryWrites = {
  countPendingDeliveries,
  insertDeliveries,
  repeatDelivery,
  claimDeliveries,
  recordAttempt,
  forgetDeliveries,
};

/** The deliveries of a webhook, newest first. Reads in the order of webhook_deliveries_newest. */
async function listWebhookDeliveries(
  { db }: SqlContext,
  id: WebhookId,
  page: PageRequest,
): Promise<Page<WebhookDeliveryRecord>> {
  const rows = await db
    .selectFrom("webhook_deliveries")
    .selectAll()
    .where("webhook_id", "=", id)
    .where(isBeyond(page.after, "created_at", "id"))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(rowsToRead(page))
    .execute();
  return pageOf(rows, page, toDelivery, ({ createdAt, id: last }) => ({ at: createdAt, id: last }));
}

/** When the next delivery of an active webhook is due; `null` when none waits. Uses webhook_deliveries_due for each. */
async function nextDeliveryDueAt({ db }: SqlContext): Promise<number | null> {
  const row = await db
    .selectFrom("webhooks")
    .select(
      sql<number | null>`min((select min(due_at) from webhook_deliveries
        where webhook_id = webhooks.id and due_at is not null))`.as("due_at"),
    )
    .where("disabled_at", "is", null)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  return row?.due_at ?? null;
}

/** Uses webhook_deliveries_due. */
async function countPendingDeliveries({ db }: SqlContext, id: WebhookId): Promise<number> {
  const { count } = await db
    .selectFrom("webhook_deliveries")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("webhook_id", "=", id)
    .where("due_at", "is not", null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Inserts deliveries that are due at once. With `repeat`, one that has ended begins again. */
async function insertDeliveries(
  { db }: SqlContext,
  deliveries: readonly NewDelivery[],
  { repeat = false }: { readonly repeat?: boolean } = {},
): Promise<void> {
  if (deliveries.length === 0) return;
  const rows = deliveries.map(({ id, webhookId, eventId, type, at, giveUpAt }) => ({
    id,
    webhook_id: webhookId,
    event_id: eventId,
    type,
    created_at: at,
    give_up_at: giveUpAt,
    due_at: at,
    attempted_at: null,
    response_status: null,
    latency_ms: null,
    error: null,
    finished_at: null,
    outcome: null,
  }));
  await db
    .insertInto("webhook_deliveries")
    .values(rows)
    .onConflict((conflict) => {
      const same = conflict.columns(["webhook_id", "event_id"]);
      if (!repeat) return same.doNothing();
      return same
        .doUpdateSet({
          due_at: sql`excluded.due_at`,
          give_up_at: sql`excluded.give_up_at`,
          finished_at: null,
          outcome: null,
          attempts: 0,
        })
        .where("webhook_deliveries.finished_at", "is not", null);
    })
    .execute();
}

/** Begins a delivery again that has ended. Returns the delivery, `null` when there is none with this id. */
async function repeatDelivery(
  { db }: SqlContext,
  webhookId: WebhookId,
  id: WebhookDeliveryId,
  { at, giveUpAt }: { readonly at: number; readonly giveUpAt: number },
): Promise<WebhookDeliveryRecord | null> {
  const ofWebhook = db.selectFrom("webhook_deliveries").selectAll().where("id", "=", id);
  await db
    .updateTable("webhook_deliveries")
    .set({ due_at: at, give_up_at: giveUpAt, finished_at: null, outcome: null, attempts: 0 })
    .where("id", "=", id)
    .where("webhook_id", "=", webhookId)
    .where("finished_at", "is not", null)
    .execute();
  const row = await ofWebhook.where("webhook_id", "=", webhookId).executeTakeFirst();
  return row === undefined ? null : toDelivery(row);
}

/**
 * Claims deliveries that are due, the longest due first, of each active webhook as many as `most` says for it. Nobody else
 * gets them before the instant `until`. Uses webhook_deliveries_due. Skips rows that another replica is claiming.
 */
async function claimDeliveries(
  context: SqlContext,
  { now, until, most }: { readonly now: number; readonly until: number; readonly most: (id: WebhookId) => number },
): Promise<readonly ClaimedDelivery[]> {
  const { db, locksRows } = context;
  const webhooks = await db
    .selectFrom("webhooks")
    .selectAll()
    .where("disabled_at", "is", null)
    .where("deleted_at", "is", null)
    .execute();
  const claimed: ClaimedDelivery[] = [];
  for (const webhook of webhooks) {
    let due = db
      .selectFrom("webhook_deliveries")
      .select("id")
      .where("webhook_id", "=", webhook.id)
      .where("due_at", "<=", now)
      .orderBy("due_at")
      .limit(most(webhook.id));
    if (locksRows) due = due.forNoKeyUpdate().skipLocked();
    const ids = (await due.execute()).map(({ id }) => id);
    if (ids.length === 0) continue;
    const rows = await db
      .updateTable("webhook_deliveries")
      .set({ due_at: until, attempts: sql`attempts + 1` })
      .where("id", "in", ids)
      .returningAll()
      .execute();
    const found = await db
      .selectFrom("audit_events")
      .selectAll()
      .where(
        "id",
        "in",
        rows.map((row) => row.event_id),
      )
      .execute();
    const events = await withHostIds(context, found.map(toAuditEvent));
    for (const row of rows) {
      claimed.push({
        delivery: toDelivery(row),
        url: webhook.url,
        secrets: secretsOf(webhook, now),
        event: events.find(({ id }) => id === row.event_id) ?? null,
      });
    }
  }
  return claimed;
}

function secretsOf({ secret, previous_secret, previous_secret_until }: WebhookRow, now: number): readonly Uint8Array[] {
  const isValid = previous_secret !== null && previous_secret_until !== null && previous_secret_until > now;
  return isValid ? [secret, previous_secret] : [secret];
}

/** Records an attempt. Returns `false`, and changes nothing, when the claim ran out and another replica has it. */
async function recordAttempt(
  { db }: SqlContext,
  { id, attempts }: Pick<WebhookDeliveryRecord, "id" | "attempts">,
  {
    at,
    responseStatus,
    latencyMs,
    error,
    next,
  }: {
    readonly at: number;
    readonly responseStatus: number | null;
    readonly latencyMs: number | null;
    readonly error: string | null;
    /** When it is attempted again; otherwise how it ended. */
    readonly next: number | DeliveryOutcome;
  },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("webhook_deliveries")
    .set({
      attempted_at: at,
      response_status: responseStatus,
      latency_ms: latencyMs,
      error,
      ...(typeof next === "number" ? { due_at: next } : { due_at: null, finished_at: at, outcome: next }),
    })
    .where("id", "=", id)
    .where("attempts", "=", attempts)
    .where("finished_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/**
 * Deletes up to `limit` deliveries that ended before the instant, or belong to a deleted webhook, and deleted webhooks without
 * deliveries. Returns how many deliveries it deleted.
 */
async function forgetDeliveries({ db }: SqlContext, before: number, limit: number): Promise<number> {
  const old = await db
    .selectFrom("webhook_deliveries")
    .select("id")
    .where("finished_at", "<", before)
    .orderBy("finished_at")
    .limit(limit)
    .execute();
  const orphans = await db
    .selectFrom("webhooks")
    .innerJoin("webhook_deliveries", "webhook_deliveries.webhook_id", "webhooks.id")
    .select("webhook_deliveries.id")
    .where("webhooks.deleted_at", "is not", null)
    .limit(limit)
    .execute();
  const ids = [...new Set([...old, ...orphans].map(({ id }) => id))].slice(0, limit);
  if (ids.length > 0) await db.deleteFrom("webhook_deliveries").where("id", "in", ids).execute();
  if (orphans.length < limit) {
    await db
      .deleteFrom("webhooks")
      .where("deleted_at", "is not", null)
      .where((of) =>
        of.not(
          of.exists(
            of
              .selectFrom("webhook_deliveries")
              .select("webhook_deliveries.id")
              .whereRef("webhook_deliveries.webhook_id", "=", "webhooks.id"),
          ),
        ),
      )
      .execute();
  }
  return ids.length;
}

type SelectedDelivery = Omit<WebhookDeliveryRow, "attempts"> & { readonly attempts: number };

function toDelivery(row: SelectedDelivery): WebhookDeliveryRecord {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    type: row.type,
    createdAt: row.created_at,
    giveUpAt: row.give_up_at,
    dueAt: row.due_at,
    attempts: row.attempts,
    attemptedAt: row.attempted_at,
    responseStatus: row.response_status,
    latencyMs: row.latency_ms,
    error: row.error,
    finishedAt: row.finished_at,
    outcome: row.outcome,
  };
}
