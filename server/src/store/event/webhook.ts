// Webhooks. The numbered events are their outbox: each webhook keeps the number that it has read up to.
// Deliberately absent: the secrets in a record. Only a claimed delivery has them (delivery.ts).
import type { UserId, WebhookId } from "@mintmark/core";
import { sql } from "kysely";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { Page, PageRequest } from "../values.ts";
import type { WebhookEnd, WebhookRow } from "./rows.ts";

export interface WebhookRecord {
  readonly id: WebhookId;
  readonly url: string;
  readonly description: string;
  /** Actions and their beginnings; `null`: all but those of use. */
  readonly eventTypes: readonly string[] | null;
  readonly createdAt: number;
  readonly createdBy: { readonly id: UserId; readonly name: string };
  readonly disabledAt: number | null;
  readonly disabledBecause: WebhookEnd | null;
  readonly failingSince: number | null;
  /** Until when the secret before the last rotation signs too. */
  readonly previousSecretUntil: number | null;
  /** The number of the last event that was read for it. */
  readonly readTo: number;
  /** The events that are still to be sent again. */
  readonly replay: { readonly from: number; readonly to: number; readonly since: number } | null;
}

export const webhookReads = {
  listWebhooks,
  findWebhook,
  listActiveWebhooks,
  findNumberSince,
};

export const webhookWrites = {
  insertWebhook,
  lockWebhook,
  changeWebhook,
  rotateWebhookSecret,
  deleteWebhook,
};

/** Reads in the order of webhooks_newest. */
async function listWebhooks({ db }: SqlContext, page: PageRequest): Promise<Page<WebhookRecord>> {
  const rows = await db
    .selectFrom("webhooks")
    .selectAll()
    .where("deleted_at", "is", null)
    .where(isBeyond(page.after, "created_at", "id"))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(rowsToRead(page))
    .execute();
  return pageOf(rows, page, toWebhook, ({ createdAt, id }) => ({ at: createdAt, id }));
}

async function findWebhook({ db }: SqlContext, id: WebhookId): Promise<WebhookRecord | null> {
  const row = await selectWebhook(db, id).executeTakeFirst();
  return row === undefined ? null : toWebhook(row);
}

/** Locks the row. With `skip`, returns `null` when another replica has it. */
async function lockWebhook(
  { db, locksRows }: SqlContext,
  id: WebhookId,
  { skip = false }: { readonly skip?: boolean } = {},
): Promise<WebhookRecord | null> {
  let query = selectWebhook(db, id);
  if (locksRows) query = skip ? query.forUpdate().skipLocked() : query.forUpdate();
  const row = await query.executeTakeFirst();
  return row === undefined ? null : toWebhook(row);
}

function selectWebhook(db: SqlContext["db"], id: WebhookId) {
  return db.selectFrom("webhooks").selectAll().where("id", "=", id).where("deleted_at", "is", null);
}

/** The active webhooks, and whether each has events to read, new ones or some to send again. Uses webhooks_active. */
async function listActiveWebhooks({
  db,
}: SqlContext): Promise<readonly { readonly id: WebhookId; readonly isBehind: boolean }[]> {
  const rows = await db
    .selectFrom("webhooks")
    .select(["id", "read_to", "replay_to", sql<number>`(select seq from event_clock)`.as("seq")])
    .where("disabled_at", "is", null)
    .where("deleted_at", "is", null)
    .execute();
  return rows.map(({ id, read_to, replay_to, seq }) => ({ id, isBehind: read_to < seq || replay_to !== null }));
}

/**
 * The number before the first event since an instant, counted from a minute earlier: an event can commit so much later than
 * its time. `null` when there is none. Reads along audit_events_newest.
 */
async function findNumberSince({ db }: SqlContext, since: number): Promise<number | null> {
  const row = await db
    .selectFrom("audit_events")
    .innerJoin("event_numbers", "event_numbers.event_id", "audit_events.id")
    .select("event_numbers.seq")
    .where("audit_events.at", ">=", since - 60_000)
    .orderBy("audit_events.at")
    .orderBy("audit_events.id")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : row.seq - 1;
}

/** Inserts a webhook that gets the events from now on. */
async function insertWebhook(
  { db }: SqlContext,
  webhook: Pick<WebhookRecord, "id" | "url" | "description" | "eventTypes" | "createdAt" | "createdBy"> & {
    readonly secret: Uint8Array;
  },
): Promise<void> {
  const { seq } = await db.selectFrom("event_clock").select("seq").executeTakeFirstOrThrow();
  await db
    .insertInto("webhooks")
    .values({
      id: webhook.id,
      url: webhook.url,
      description: webhook.description,
      event_types: webhook.eventTypes === null ? null : JSON.stringify(webhook.eventTypes),
      secret: webhook.secret,
      previous_secret: null,
      previous_secret_until: null,
      created_at: webhook.createdAt,
      created_by_id: webhook.createdBy.id,
      created_by_name: webhook.createdBy.name,
      disabled_at: null,
      disabled_because: null,
      failing_since: null,
      deleted_at: null,
      read_to: seq,
      replay_from: null,
      replay_to: null,
      replay_since: null,
    })
    .execute();
}

async function changeWebhook(
  { db }: SqlContext,
  id: WebhookId,
  change: Partial<
    Pick<
      WebhookRecord,
      "url" | "description" | "eventTypes" | "disabledAt" | "disabledBecause" | "failingSince" | "readTo" | "replay"
    >
  >,
): Promise<void> {
  const { url, description, eventTypes, disabledAt, disabledBecause, failingSince, readTo, replay } = change;
  await db
    .updateTable("webhooks")
    .set({
      ...(url === undefined ? {} : { url }),
      ...(description === undefined ? {} : { description }),
      ...(eventTypes === undefined ? {} : { event_types: eventTypes === null ? null : JSON.stringify(eventTypes) }),
      ...(disabledAt === undefined ? {} : { disabled_at: disabledAt }),
      ...(disabledBecause === undefined ? {} : { disabled_because: disabledBecause }),
      ...(failingSince === undefined ? {} : { failing_since: failingSince }),
      ...(readTo === undefined ? {} : { read_to: readTo }),
      ...(replay === undefined
        ? {}
        : {
            replay_from: replay?.from ?? null,
            replay_to: replay?.to ?? null,
            replay_since: replay?.since ?? null,
          }),
    })
    .where("id", "=", id)
    .execute();
}

/** The present secret signs beside the new one until the instant. */
async function rotateWebhookSecret(
  { db }: SqlContext,
  id: WebhookId,
  { secret, until }: { readonly secret: Uint8Array; readonly until: number },
): Promise<void> {
  await db
    .updateTable("webhooks")
    .set({ previous_secret: sql`secret`, previous_secret_until: until, secret })
    .where("id", "=", id)
    .execute();
}

/** Marks it as deleted and erases its secrets. `forgetDeliveries` deletes the rest. */
async function deleteWebhook({ db }: SqlContext, id: WebhookId, at: number): Promise<void> {
  await db
    .updateTable("webhooks")
    .set({ deleted_at: at, secret: new Uint8Array(), previous_secret: null, previous_secret_until: null })
    .where("id", "=", id)
    .execute();
}

function toWebhook(row: WebhookRow): WebhookRecord {
  const { replay_from: from, replay_to: to, replay_since: since } = row;
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    eventTypes: row.event_types === null ? null : (JSON.parse(row.event_types) as string[]),
    createdAt: row.created_at,
    createdBy: { id: row.created_by_id, name: row.created_by_name },
    disabledAt: row.disabled_at,
    disabledBecause: row.disabled_because,
    failingSince: row.failing_since,
    previousSecretUntil: row.previous_secret_until,
    readTo: row.read_to,
    replay: from === null || to === null || since === null ? null : { from, to, since },
  };
}
