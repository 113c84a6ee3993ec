// Calendar feeds: a person's calendar shows when their tokens expire.
// Rule: the secret in a feed's address opens that feed and nothing else. The feed contains names and dates only. The
// secret is shown once and stored as a hash.
// Deliberately absent: any action that a reader of the feed could take.
import type { Catalogue, OrganizationId, Secret, UserId } from "@mintmark/core";
import { hashSecret, newId, newLinkSecret } from "../../secrets/generate.ts";
import type { AuditEventRecord, CalendarEntry, CalendarFeedRecord, Reads } from "../../store/store.ts";
import { type Deps, eventBy, notFound, type RequestOrigin, type SessionActor } from "../use-case.ts";
import { requireLiveSession, requireRecentSession } from "../authority.ts";
import { limitFeed, limitNetwork } from "../limits/limits.ts";

type FeedDeps = Pick<Deps, "store" | "clock">;

/** Returns the caller's feed, or `null`. Its address is not stored, so it cannot be shown again. */
export function findCalendarFeed(deps: Pick<Deps, "store">, actor: SessionActor): Promise<CalendarFeedRecord | null> {
  return deps.store.reads.findCalendarFeed(actor.user.id);
}

/** Creates the caller's feed and returns the secret of its address, this once. The previous address stops working. */
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

/** Revokes the caller's feed. When this returns, its address is `not_found`. Without a feed this does nothing. */
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

/** A calendar lists this many of the next expiries. */
const MOST_ENTRIES = 500;
/** Calendar apps poll for hours, so the last read is written at most this often. */
const TOUCH_MS = 60_000;

/**
 * Returns what the feed with this secret shows now: the user's active tokens, and the active keys of organizations
 * whose keys they may see. An unknown feed, a revoked one, and one whose user is suspended or deleted are all
 * `not_found`.
 */
export async function readCalendar(
  deps: Pick<Deps, "store" | "clock" | "catalogue">,
  secret: string,
  origin: RequestOrigin,
): Promise<readonly CalendarEntry[]> {
  const now = deps.clock();
  const found = await deps.store.reads.findCalendarFeedByHash(hashSecret(secret));
  // An unknown address counts for the network, a known one only for its feed. So nobody who guesses blocks a real
  // calendar.
  if (found === null) await limitNetwork(deps, "unknownCalendar", origin.ip, "lazy");
  else await limitFeed(deps, "calendar", found.feed.id);
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
