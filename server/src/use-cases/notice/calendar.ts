// Calendar feeds: a person's calendar shows when their tokens end, by their expiry or by the policy.
// Rule: the secret in a feed's address opens that feed and nothing else. The feed contains names and dates only. The
// secret is shown once and stored as a hash.
// Deliberately absent: any action that a reader of the feed could take.
import { hash } from "node:crypto";
import {
  type Catalogue,
  credentialEnd,
  type CredentialEnd,
  endWarningAt,
  type OrganizationId,
  policyBlock,
  type Secret,
  type UserId,
} from "@mintmark/core";
import { hashSecret, newId, newLinkSecret } from "../../secrets/generate.ts";
import type { AuditEventRecord, CalendarFeedRecord, EndingCredential, Reads } from "../../store/store.ts";
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

/** A calendar lists this many of the next ends. */
const MOST_ENTRIES = 500;
/** Of so many tokens, and of so many keys, the ends are computed. A policy may end a late one first. */
const MOST_READ = 2_000;
/** Calendar apps poll for hours, so the last read is written at most this often. */
const TOUCH_MS = 60_000;

/** The parts of a credential that a calendar shows. */
export interface CalendarEntry extends Pick<EndingCredential, "id" | "name" | "organizationName"> {
  readonly end: CredentialEnd;
  /** When to remind of the end. */
  readonly warnsAt: number;
  /** How often the entry has changed in this feed, and when it last did. */
  readonly sequence: number;
  readonly modifiedAt: number;
}

/**
 * Returns what the feed with this secret shows now: the ends of the user's active tokens, and of the active keys of
 * organizations whose keys they may see. An entry changes with its credential and with the policy, and then has a higher
 * sequence than before. An unknown feed, a revoked one, and one whose user is suspended or deleted are all `not_found`.
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
  const { reads } = deps.store;
  const organizations = await organizationsWithKeys(deps.catalogue, reads, user.id);
  const [tokens, keys] = await Promise.all([
    reads.listEndsOfTokens(user.id, now, MOST_READ),
    reads.listEndsOfApiKeys(organizations, now, MOST_READ),
  ]);
  const said = JSON.parse(found.entries) as Said;
  const entries = [...tokens, ...keys]
    .flatMap((credential) => entryOf(credential, said, now) ?? [])
    .toSorted((a, b) => a.end.at - b.end.at || (a.id < b.id ? -1 : 1))
    .slice(0, MOST_ENTRIES);
  const saying = JSON.stringify(Object.fromEntries(entries.map((entry) => [entry.id, versionOf(entry)])));
  const hasChanged = saying !== found.entries;
  if (hasChanged || feed.lastReadAt === null || now - feed.lastReadAt >= TOUCH_MS) {
    await deps.store.transaction((tx) => tx.touchCalendarFeed(feed.id, now, hasChanged ? saying : null), "lazy");
  }
  return entries;
}

/** The last state of each entry of a feed: a hash of the words and the instant, how often they changed, and when. */
type Said = Readonly<Record<string, readonly [words: string, sequence: number, modifiedAt: number]>>;

/** Returns the entry of a credential, or `null` when time does not end it, or the policy refuses it already. */
function entryOf(credential: EndingCredential, said: Said, now: number): CalendarEntry | null {
  const { id, name, organizationName, createdAt, policy } = credential;
  const end = credentialEnd(policy, credential);
  const warnsAt = endWarningAt(policy, credential);
  if (end === null || warnsAt === null || policyBlock(policy, credential, now) !== null) return null;
  const entry = { id, name, organizationName, end, warnsAt };
  const [words, sequence, modifiedAt] = said[id] ?? [wordsOf(entry), 0, createdAt];
  return words === wordsOf(entry)
    ? { ...entry, sequence, modifiedAt }
    : { ...entry, sequence: sequence + 1, modifiedAt: now };
}

function versionOf(entry: CalendarEntry): Said[string] {
  return [wordsOf(entry), entry.sequence, entry.modifiedAt];
}

/** A hash, so that the feed keeps no name. */
function wordsOf({ name, organizationName, end, warnsAt }: Omit<CalendarEntry, "sequence" | "modifiedAt">): string {
  return hash("sha256", JSON.stringify([name, organizationName, end.at, end.because, warnsAt])).slice(0, 16);
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
