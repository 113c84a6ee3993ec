// Records each use of a credential. A use that is new in kind (the first ever, the first of a UTC day, a new address, a
// new user agent) is durable in the audit log before the response. With `strict`, every use is. Group commit keeps this
// cheap: all uses that wait while one commit runs share the next. Uses are also counted in memory. A timer writes the
// counts within a second, those of a credential in constant use within five seconds, and the history every thirty.
import { DAY_MS, type ErrorCode, type Facts } from "@mintmark/core";
import { BoundedMap } from "../bounded.ts";
import { type AuditEventRecord, StorageFull, type Store, StoreUnavailable, type UseBatch } from "../store/store.ts";
import {
  agentSighting,
  createGroupCommit,
  dayStart,
  type DueUse,
  isNovelty,
  NOVELTIES_PER_DAY,
  writeUses,
} from "./use-novelty.ts";
import { useEvent } from "./use-event.ts";
import { createUseHistoryBuffer } from "./use-history.ts";
import type { Client } from "./use-event.ts";

export interface UseRecorder {
  /** Counts a use. Returns a promise only when the use must be durable first; it rejects when that fails. */
  recordUse(facts: Facts, client: Client, now: number): Promise<void> | undefined;
  /** Counts a refusal of a full secret, and records it at most once a minute per credential and code. */
  recordDenial(facts: Facts, code: ErrorCode, client: Client, now: number): void;
  /** Writes everything counted so far. Called at shutdown and by tests. */
  flush(): Promise<void>;
  /** Stops the timer and flushes. */
  close(): Promise<void>;
}

const FLUSH_MS = 1000;
/** The counts of a credential in constant use are written no more often than this: they are many, and hold little news. */
const COUNT_PAUSE_MS = 5000;
/** The history has a row for each address and route. One write every 30 seconds costs a thirtieth of one every second. */
const HISTORY_FLUSH_MS = 30_000;
const MINUTE_MS = 60_000;
/**
 * Credentials whose known addresses and agents are kept in memory. It is more than the memory of verification holds by
 * default, because a credential that is forgotten here costs a transaction at its next use.
 */
const KNOWN_CREDENTIALS = 125_000;

interface Known {
  /** The start of the UTC day that `sightings` and `novelties` describe. */
  day: number;
  /** Sightings that the store is known to have. They are few, so a list is faster than a set and takes less memory. */
  sightings: string[];
  /** New addresses and agents recorded on `day`. */
  novelties: number;
  /** The address and agent of the last use on `day` that brought nothing new. The next one from both brings nothing either. */
  settled: boolean;
  settledIp: string | null;
  settledUserAgent: string | null;
  /** Whether `dirty` has the credential. */
  isDirty: boolean;
  count: number;
  /** When the counts were last taken for a write, on the monotonic clock. */
  writtenAt: number;
  lastUsedAt: number;
  ip: string | null;
  userAgent: string | null;
  route: string | null;
}

/** Which uses become audit events: those that are new in kind, or every one. */
export type UseAudit = "summary" | "strict";

export function createUseRecorder(
  store: Pick<Store, "transaction">,
  onError: (error: unknown) => void,
  audit: UseAudit = "summary",
): UseRecorder {
  let dirty = new Set<string>();
  // A credential whose counts are not yet written stays.
  const known = new BoundedMap<string, Known>(KNOWN_CREDENTIALS, { mayForget: (id) => !dirty.has(id) });
  let denials = new Map<string, AuditEventRecord>();
  const deniedMinutes = new BoundedMap<string, number>(KNOWN_CREDENTIALS);
  const history = createUseHistoryBuffer(store);
  let historyWrittenAt = performance.now();
  let flushing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  const schedule = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      flushWhatIsDue().catch(onError);
    }, FLUSH_MS).unref();
  };

  const entryOf = (id: string): Known => {
    let entry = known.get(id);
    if (entry === undefined) {
      known.set(
        id,
        (entry = {
          day: -1,
          sightings: [],
          novelties: 0,
          settled: false,
          settledIp: null,
          settledUserAgent: null,
          isDirty: false,
          count: 0,
          writtenAt: Number.NEGATIVE_INFINITY,
          lastUsedAt: 0,
          ip: null,
          userAgent: null,
          route: null,
        }),
      );
    }
    return entry;
  };

  const count = (id: string, entry: Known, client: Client, now: number): void => {
    entry.count++;
    entry.lastUsedAt = now;
    entry.ip = client.ip;
    entry.userAgent = client.userAgent;
    entry.route = client.route ?? null;
    if (entry.isDirty) return;
    entry.isDirty = true;
    dirty.add(id);
    schedule();
  };

  const due = createGroupCommit<DueUse>(async (uses) => {
    await writeUses(store, uses, audit).catch(notOnRecord);
    for (const use of uses) remember(entryOf(use.facts.id), use);
  });

  const writeCounts = async (which: "due" | "all"): Promise<void> => {
    const { due: ids, notDue } = which === "all" ? { due: dirty, notDue: new Set<string>() } : splitByDue(known, dirty);
    dirty = notDue;
    if (notDue.size > 0) schedule();
    const denied = denials;
    if (ids.size === 0 && denied.size === 0) return;
    denials = new Map();
    const batch = takeCounts(known, ids);
    try {
      await store.transaction(async (tx) => {
        await tx.recordUses(batch);
        await tx.insertAuditEvents([...denied.values()]);
      }, "lazy");
    } catch (error) {
      // Nothing was written. The counts go back, and the next flush writes them.
      for (const use of batch) giveBack(entryOf(use.credentialId), use);
      for (const id of ids) {
        entryOf(id).isDirty = true;
        dirty.add(id);
      }
      for (const [key, event] of denied) denials.set(key, event);
      schedule();
      throw error;
    }
  };

  const writeAll = async (): Promise<void> => {
    await writeCounts("all");
    historyWrittenAt = performance.now();
    try {
      await history.write();
    } finally {
      if (!history.isEmpty()) schedule();
    }
  };

  // Writes run one at a time and in order, even when the one before failed.
  const afterTheLast = (write: () => Promise<void>): Promise<void> => {
    const result = flushing.then(write);
    flushing = result.catch(() => undefined);
    return result;
  };
  const flush = (): Promise<void> => afterTheLast(writeAll);
  const flushWhatIsDue = async (): Promise<void> => {
    const isDue = performance.now() - historyWrittenAt >= HISTORY_FLUSH_MS;
    // History that waits for a later flush needs one.
    if (!isDue && !history.isEmpty()) schedule();
    await afterTheLast(isDue ? writeAll : () => writeCounts("due"));
  };

  return {
    recordUse(facts, client, now) {
      const entry = entryOf(facts.id);
      count(facts.id, entry, client, now);
      history.addUse(facts, client, now);
      const sightings = noveltiesOf(entry, client, now);
      if (sightings === null && audit === "summary") return undefined;
      return due.commit({ facts, client, now, sightings: sightings ?? [] });
    },
    recordDenial(facts, code, client, now) {
      history.addDenial(facts, code, now);
      schedule();
      const key = `${facts.id}:${code}`;
      const minute = Math.floor(now / MINUTE_MS);
      if (deniedMinutes.get(key) === minute) return;
      deniedMinutes.set(key, minute);
      denials.set(`${key}:${minute}`, useEvent(facts, "denied", client, now, { code }));
    },
    flush,
    async close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await due.settled();
      // The instance stops in any case. Counts that cannot be written now are lost, and the log says so.
      await flush().catch(onError);
    },
  };
}

/** Verification fails closed when a use cannot be recorded, also when the disk is full. */
function notOnRecord(error: unknown): never {
  if (!(error instanceof StorageFull)) throw error;
  throw new StoreUnavailable("a use could not be recorded: the disk is full", { cause: error });
}

/** Returns the sightings that the store may not have yet, or `null` when there is nothing new. */
function noveltiesOf(entry: Known, client: Client, now: number): readonly string[] | null {
  const isSettled = entry.settled && now >= entry.day && now < entry.day + DAY_MS;
  if (isSettled && entry.settledIp === client.ip && entry.settledUserAgent === client.userAgent) return null;
  const day = dayStart(now);
  const newDay = entry.day !== day;
  const room = newDay || entry.novelties < NOVELTIES_PER_DAY;
  const ip = client.ip === null ? null : `ip:${client.ip}`;
  const agent = client.userAgent === null ? null : agentSighting(client.userAgent);
  const newIp = ip !== null && room && (newDay || !entry.sightings.includes(ip));
  const newAgent = agent !== null && room && (newDay || !entry.sightings.includes(agent));
  if (!newDay && !newIp && !newAgent) {
    entry.settled = true;
    entry.settledIp = client.ip;
    entry.settledUserAgent = client.userAgent;
    return null;
  }
  return [
    ...(newDay ? [`day:${new Date(now).toISOString().slice(0, 10)}`] : []),
    ...(newIp ? [ip] : []),
    ...(newAgent ? [agent] : []),
  ];
}

function remember(entry: Known, { now, sightings }: DueUse): void {
  const day = dayStart(now);
  if (entry.day < day) {
    entry.day = day;
    entry.novelties = 0;
    entry.sightings = [];
    entry.settled = false;
  }
  for (const sighting of sightings) {
    if (!isNovelty(sighting) || entry.sightings.includes(sighting)) continue;
    entry.sightings.push(sighting);
    entry.novelties++;
  }
}

/** Separates the credentials whose counts are due from those that were written a moment ago. */
function splitByDue(
  known: Pick<BoundedMap<string, Known>, "get">,
  ids: ReadonlySet<string>,
): { readonly due: Set<string>; readonly notDue: Set<string> } {
  const due = new Set<string>();
  const notDue = new Set<string>();
  const before = performance.now() - COUNT_PAUSE_MS;
  for (const id of ids) ((known.get(id)?.writtenAt ?? before) <= before ? due : notDue).add(id);
  return { due, notDue };
}

function takeCounts(known: Pick<BoundedMap<string, Known>, "get">, ids: ReadonlySet<string>): UseBatch[] {
  const batch: UseBatch[] = [];
  for (const id of ids) {
    const entry = known.get(id);
    if (entry === undefined) continue;
    entry.isDirty = false;
    if (entry.count === 0) continue;
    batch.push({
      credentialId: id,
      count: entry.count,
      lastUsedAt: entry.lastUsedAt,
      ip: entry.ip,
      userAgent: entry.userAgent,
      route: entry.route,
    });
    entry.count = 0;
    entry.writtenAt = performance.now();
  }
  return batch;
}

function giveBack(entry: Known, use: UseBatch): void {
  entry.count += use.count;
  if (entry.lastUsedAt > use.lastUsedAt) return;
  entry.lastUsedAt = use.lastUsedAt;
  entry.ip = use.ip;
  entry.userAgent = use.userAgent;
  entry.route = use.route ?? null;
}
