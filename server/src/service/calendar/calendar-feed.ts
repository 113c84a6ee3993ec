// Calendar feeds: when tokens end, for the calendar of whoever holds them.
// Rule: the secret in a feed's address opens the feed and nothing else; it gives names and dates, and no more.
// It is shown once and kept as a hash. Deliberately absent: anything that a reader of the feed could do.
import type { Secret } from "@mintmark/core";
import { hashSecret } from "../../secrets/hash.ts";
import { newId, newLinkSecret } from "../../secrets/generate.ts";
import type { AuditEventRecord, CalendarFeedRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { requireLiveSession } from "../session/live-session.ts";

type FeedDeps = Pick<Deps, "store" | "clock">;

/** The caller's feed, or `null`. Its address is not known any more. */
export function findCalendarFeed(deps: Pick<Deps, "store">, actor: SessionActor): Promise<CalendarFeedRecord | null> {
  return deps.store.reads.findCalendarFeed(actor.user.id);
}

/** Makes the caller's feed, and answers the secret of its address, this once. An earlier address is dead. */
export async function createCalendarFeed(
  deps: FeedDeps,
  actor: SessionActor,
): Promise<{ readonly feed: CalendarFeedRecord; readonly secret: Secret }> {
  const secret = newLinkSecret();
  const id = newId("calendarFeed");
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    requireRecentSession(deps, actor);
    const createdAt = deps.clock();
    const replaced = await tx.revokeCalendarFeed(actor.user.id, createdAt);
    const feed = { id, userId: actor.user.id, createdAt };
    await tx.insertCalendarFeed({ ...feed, hash: hashSecret(secret) });
    await tx.insertAuditEvents([
      ...(replaced === null ? [] : [feedEvent(actor, "calendar_feed.revoked", createdAt)]),
      feedEvent(actor, "calendar_feed.created", createdAt),
    ]);
    return { feed: { ...feed, lastReadAt: null }, secret };
  });
}

/** Ends the caller's feed: when this returns its address answers like one that never was. Without one it does nothing. */
export function revokeCalendarFeed(deps: FeedDeps, actor: SessionActor): Promise<void> {
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    const at = deps.clock();
    const revoked = await tx.revokeCalendarFeed(actor.user.id, at);
    if (revoked !== null) await tx.insertAuditEvents([feedEvent(actor, "calendar_feed.revoked", at)]);
  });
}

function feedEvent(
  actor: SessionActor,
  action: "calendar_feed.created" | "calendar_feed.revoked",
  at: number,
): AuditEventRecord {
  return eventBy(actor, {
    at,
    organizationId: null,
    action,
    target: { kind: "user", id: actor.user.id, name: actor.user.name },
  });
}
