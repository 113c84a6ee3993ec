// Calendar feeds: when tokens end, for the calendar of whoever holds them.
// Rule: the secret in a feed's address opens the feed and nothing else; it gives names and dates, and no more.
// It is shown once and kept as a hash. Deliberately absent: anything that a reader of the feed could do.
import type { Catalogue, OrganizationId, Secret, UserId } from "@mintmark/core";
import { hashSecret, newId, newLinkSecret } from "../../secrets/generate.ts";
import type { AuditEventRecord, CalendarEntry, CalendarFeedRecord, Reads } from "../../store/store.ts";
import { eventBy, type RequestOrigin, type SessionActor } from "../actor.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { countTry, networkBounds, rateLimited } from "../limits/attempts.ts";
import { requireLiveSession } from "../locks.ts";
import { notFound } from "../refusal.ts";

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

/** Entries of a calendar: the next to come. */
const MOST_ENTRIES = 500;
/** Readings of one feed in a minute, and readings of what is no feed from one network. */
const READINGS = 60;
const WINDOW_MS = 60_000;
/** Calendars ask again for hours on end; who asked last is noted no more often than this. */
const TOUCH_MS = 60_000;

/**
 * What the feed with this secret shows now: its user's live tokens, and the live keys of organizations whose keys they
 * may see. Unknown, revoked, or of a user who is suspended or deleted: `not_found`, and nobody can tell which.
 */
export async function readCalendar(
  deps: Pick<Deps, "store" | "clock" | "catalogue">,
  secret: string,
  origin: RequestOrigin,
): Promise<readonly CalendarEntry[]> {
  const now = deps.clock();
  const found = await deps.store.reads.findCalendarFeedByHash(hashSecret(secret));
  // A wrong address counts for the network, a right one for its feed alone: whoever guesses stops nobody's calendar.
  const bound = { most: READINGS, windowMs: WINDOW_MS };
  const bounds =
    found === null
      ? networkBounds(origin.ip, { ...bound, key: "calendar:unknown" })
      : [{ ...bound, key: `calendar:feed:${found.feed.id}` }];
  const waitMs = await deps.store.transaction((tx) => countTry(tx, bounds, now), "lazy");
  if (waitMs > 0) throw rateLimited(`Calendars were read more than ${READINGS} times within a minute.`, waitMs);
  if (found === null || found.user.suspendedAt !== null || found.user.deletedAt !== null) throw notFound();
  const { feed, user } = found;
  if (feed.lastReadAt === null || now - feed.lastReadAt >= TOUCH_MS) {
    await deps.store.transaction((tx) => tx.touchCalendarFeed(feed.id, now), "lazy");
  }
  const { reads } = deps.store;
  const organizations = await organizationsWithKeys(deps.catalogue, reads, user.id);
  const [tokens, keys] = await Promise.all([
    reads.listEndsOfTokens(user.id, now, MOST_ENTRIES),
    reads.listEndsOfApiKeys(organizations, now, MOST_ENTRIES),
  ]);
  return [...tokens, ...keys].toSorted((a, b) => a.expiresAt - b.expiresAt).slice(0, MOST_ENTRIES);
}

async function organizationsWithKeys(
  catalogue: Catalogue,
  reads: Reads,
  userId: UserId,
): Promise<readonly OrganizationId[]> {
  const entries = await reads.listOrganizationsOfUser(userId);
  return entries
    .filter(
      ({ membership }) =>
        membership.suspendedAt === null && catalogue.permissionsOf(membership.role).includes("api-keys:read"),
    )
    .map(({ organization }) => organization.id);
}
