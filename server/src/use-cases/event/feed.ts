// The feed: audit events in the order of their commits, of one organization or of the whole instance. A client that
// continues from its last cursor gets every event at least once, also one that committed late with an earlier time.
// Rule: events that a client can no longer get are never skipped silently. Its cursor is then refused as expired.
// Deliberately absent: events from before numbering began (docs/events.md); the export of an organization has them.
import { createCipheriv, createDecipheriv, hash } from "node:crypto";
import type { AuditEventId, OrganizationId } from "@mintmark/core";
import { nextTurn } from "../../bounded.ts";
import type { ListedAuditEvent, AuditFilter, FeedState } from "../../store/store.ts";
import { requirePermission } from "../authority.ts";
import { type Actor, type Deps, Refusal } from "../use-case.ts";

/** Which events of the feed a client gets. The others count as read. */
export type FeedFilter = Pick<AuditFilter, "actions" | "actorId" | "credentialId" | "outcome">;

export interface FeedRequest {
  /** `start`: from the oldest event on; `now`: only later events; or a cursor. */
  readonly after: string;
  readonly limit: number;
  readonly filter: FeedFilter;
}

export interface FeedPage {
  /** Oldest commit first. */
  readonly items: readonly ListedAuditEvent[];
  /** Continues after the last event that was read, whether or not it passed the filter. */
  readonly next: string;
  /** Whether nothing was left to read. */
  readonly isEnd: boolean;
  /** The highest number when the page was read. */
  readonly seq: number;
}

type FeedDeps = Pick<Deps, "store">;

/** Returns the organization's events after a cursor, in the order of their commits. */
export async function listEventsAfter(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  request: FeedRequest,
): Promise<FeedPage> {
  await requirePermission(deps, deps.store.reads, actor, organizationId, "audit:read");
  return readFeed(deps, organizationId, request);
}

/** How many events one call reads, when a filter passes few of them. */
const MOST_READ = 1_000;
const READ_AT_ONCE = 200;

/** Reads a page. `scope` is an organization, or `null` for the whole instance. */
export async function readFeed(
  { store }: FeedDeps,
  scope: OrganizationId | null,
  { after, limit, filter }: FeedRequest,
): Promise<FeedPage> {
  const key = await cursorKeyOf(store);
  const from = await positionOf(store, scope, key, after);
  const items: ListedAuditEvent[] = [];
  const isFiltered = Object.keys(filter).length > 0;
  let last: Pick<Position, "seq" | "check"> = from;
  let isEnd = false;
  for (let read = 0; items.length < limit && !isEnd && read < MOST_READ;) {
    const atOnce = isFiltered ? READ_AT_ONCE : limit;
    const events = await store.reads.listEventsInOrder(scope, last.seq, atOnce);
    for (const { seq, event } of events) {
      if (items.length === limit) break;
      last = { seq, check: checkOf(event.id) };
      if (passes(filter, event)) items.push(event);
    }
    read += events.length;
    isEnd = events.length < atOnce && items.length < limit;
    await nextTurn();
  }
  // After the events: some that were deleted before they could be read move the horizon.
  const state = await store.reads.findFeedState(scope, from.seq);
  if (isExpired(from, state)) throw cursorExpired();
  return { items, next: seal(key, scope, { ...from, ...last }), isEnd, seq: state.seq };
}

function passes({ actions, actorId, credentialId, outcome }: FeedFilter, event: ListedAuditEvent): boolean {
  return (
    (actions === undefined || actions.includes(event.action)) &&
    (actorId === undefined || event.actor.id === actorId) &&
    (credentialId === undefined || event.via?.id === credentialId || event.target?.id === credentialId) &&
    (outcome === undefined || event.outcome === outcome)
  );
}

interface Position {
  /** The last number that was read. */
  readonly seq: number;
  /** How far events were deleted when the client began at the start: it knows that they are missing. */
  readonly floor: number;
  /** A part of the id of the last event. A database that went back in time gives its number to another. 0: none. */
  readonly check: number;
}

async function positionOf(
  store: FeedDeps["store"],
  scope: OrganizationId | null,
  key: Uint8Array,
  after: string,
): Promise<Position> {
  if (after !== "start" && after !== "now") return unseal(key, scope, after);
  const { seq, newest, prunedTo } = await store.reads.findFeedState(scope, 0);
  if (after === "start") return { seq: 0, floor: prunedTo, check: 0 };
  // The newest event may be another organization's, and be deleted without a trace in this feed.
  return { seq, floor: 0, check: scope === null ? checkOf(newest) : 0 };
}

/** Whether a client at this position may have missed an event. */
function isExpired({ seq, floor, check }: Position, state: FeedState): boolean {
  if (seq > state.seq || state.prunedTo > Math.max(seq, floor)) return true;
  if (check === 0) return false;
  return state.eventAt === null ? seq > state.prunedTo : checkOf(state.eventAt) !== check;
}

function cursorExpired(): Refusal {
  return new Refusal(
    "cursor_expired",
    "Events after this cursor were deleted because their retention is over, or the database was restored from a backup. Begin again with after=start, and read what you keep of the instance again.",
  );
}

// A cursor is one encrypted block. Its number would tell a member of one organization how much happens in all others.
// It needs no authentication: a client that invents a position gets events that it may read anyway.

const BLOCK = "aes-128-ecb";
const BLOCK_BYTES = 16;
const NUMBER_BYTES = 5;

const keys = new WeakMap<FeedDeps["store"]["reads"], Uint8Array>();

async function cursorKeyOf({ reads }: FeedDeps["store"]): Promise<Uint8Array> {
  const known = keys.get(reads);
  if (known !== undefined) return known;
  const { cursorKey } = await reads.findEventClock();
  keys.set(reads, cursorKey);
  return cursorKey;
}

function checkOf(id: AuditEventId | null): number {
  return id === null ? 0 : Number.parseInt(id.slice(-8), 16);
}

function scopeMark(scope: OrganizationId | null): Buffer {
  return hash("sha256", scope ?? "instance", "buffer").subarray(0, 2);
}

function seal(key: Uint8Array, scope: OrganizationId | null, { seq, floor, check }: Position): string {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.writeUIntBE(seq, 0, NUMBER_BYTES);
  block.writeUIntBE(floor, NUMBER_BYTES, NUMBER_BYTES);
  block.writeUInt32BE(check, 2 * NUMBER_BYTES);
  scopeMark(scope).copy(block, 2 * NUMBER_BYTES + 4);
  return createCipheriv(BLOCK, key, null).setAutoPadding(false).update(block).toString("base64url");
}

function unseal(key: Uint8Array, scope: OrganizationId | null, cursor: string): Position {
  const sealed = Buffer.from(cursor, "base64url");
  const isBlock = sealed.length === BLOCK_BYTES && sealed.toString("base64url") === cursor;
  const block = isBlock ? createDecipheriv(BLOCK, key, null).setAutoPadding(false).update(sealed) : sealed;
  if (!isBlock || !block.subarray(2 * NUMBER_BYTES + 4).equals(scopeMark(scope))) {
    throw new Refusal(
      "cursor_invalid",
      "The cursor does not belong to this feed. Use a nextCursor of this feed, `start` or `now`.",
    );
  }
  return {
    seq: block.readUIntBE(0, NUMBER_BYTES),
    floor: block.readUIntBE(NUMBER_BYTES, NUMBER_BYTES),
    check: block.readUInt32BE(2 * NUMBER_BYTES),
  };
}
