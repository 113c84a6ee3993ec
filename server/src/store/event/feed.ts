// Audit events in the order of their commits. A trigger gives each event a number, at the end of its transaction and under
// the lock on one row, so a reader who sees a number sees every lower one. Neither times nor ids give that order.
// Deliberately absent: numbers of events from before numbering began, and writing a number.
import type { AuditEventId, OrganizationId } from "@mintmark/core";
import { sql } from "kysely";
import { type ListedAuditEvent, toAuditEvent, withHostIds } from "../audit/event.ts";
import type { SqlContext } from "../context.ts";

export interface NumberedEvent {
  readonly seq: number;
  readonly event: ListedAuditEvent;
}

/** The facts that say whether a reader can continue after a number. */
export interface FeedState {
  /** The highest number so far. */
  readonly seq: number;
  /** The event with that number; `null` when it was deleted, or there was none. */
  readonly newest: AuditEventId | null;
  /** An event up to this number may have been deleted because its retention was over; 0 when none was. */
  readonly prunedTo: number;
  /** The event with the number that was asked for; `null` when there is none. */
  readonly eventAt: AuditEventId | null;
}

export const eventFeedReads = { listEventsInOrder, findFeedState, findEventClock };

/**
 * Events with a number above `after`, lowest first: of one organization, or of the whole instance. Reads along the primary
 * key of event_numbers, or event_numbers_organization, and each event by its primary key.
 */
async function listEventsInOrder(
  context: SqlContext,
  organizationId: OrganizationId | null,
  after: number,
  limit: number,
): Promise<readonly NumberedEvent[]> {
  let query = context.db
    .selectFrom("event_numbers")
    .innerJoin("audit_events", "audit_events.id", "event_numbers.event_id")
    .selectAll("audit_events")
    .select("event_numbers.seq")
    .where("event_numbers.seq", ">", after);
  if (organizationId !== null) query = query.where("event_numbers.organization_id", "=", organizationId);
  const rows = await query.orderBy("event_numbers.seq").limit(limit).execute();
  const events = await withHostIds(context, rows.map(toAuditEvent));
  return rows.flatMap(({ seq }, index) => {
    const event = events[index];
    return event === undefined ? [] : [{ seq, event }];
  });
}

/** The state of the feed of an organization, or of the instance, for a reader who has read up to a number. */
async function findFeedState(
  { db }: SqlContext,
  organizationId: OrganizationId | null,
  readTo: number,
): Promise<FeedState> {
  const horizon =
    organizationId === null
      ? sql<number | null>`(select max(pruned_to) from event_horizons)`
      : sql<number | null>`(select pruned_to from event_horizons where organization_id = ${organizationId})`;
  const row = await db
    .selectFrom("event_clock")
    .select([
      "seq",
      sql<AuditEventId | null>`(select event_id from event_numbers where seq = event_clock.seq)`.as("newest"),
      sql<AuditEventId | null>`(select event_id from event_numbers where seq = ${readTo})`.as("event_at"),
      horizon.as("pruned_to"),
    ])
    .executeTakeFirstOrThrow();
  return { seq: row.seq, newest: row.newest, prunedTo: row.pruned_to ?? 0, eventAt: row.event_at };
}

/** The highest number so far, and the key of cursors. Uses the primary key. */
async function findEventClock({ db }: SqlContext): Promise<{ readonly seq: number; readonly cursorKey: Uint8Array }> {
  const { seq, cursor_key } = await db
    .selectFrom("event_clock")
    .select(["seq", "cursor_key"])
    .executeTakeFirstOrThrow();
  return { seq, cursorKey: cursor_key };
}
