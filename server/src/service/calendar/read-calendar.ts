import type { Catalogue, OrganizationId, UserId } from "@mintmark/core";
import { hashSecret } from "../../secrets/hash.ts";
import type { CalendarEntry, Reads } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import { countTry, networkBounds, rateLimited } from "../attempt-limit.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../refusal.ts";

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
