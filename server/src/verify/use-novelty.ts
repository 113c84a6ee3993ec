// Finds what is new about a use, and writes it durably before the response. Uses that become due together share one
// commit (group commit).
import { DAY_MS, type Facts } from "@mintmark/core";
import { remembering } from "../bounded.ts";
import { hashSecret } from "../secrets/generate.ts";
import type { AuditEventRecord, Sighting, Store, Transaction } from "../store/store.ts";
import { networkSighting, newNetworks } from "./new-networks.ts";
import { type Client, useEvent } from "./use-event.ts";

/** New addresses and agents of one credential that are recorded durably per UTC day. Further ones are only counted. */
export const NOVELTIES_PER_DAY = 20;

/** A use that must be durable before the response, with its sightings that the store may not have yet. */
export interface DueUse {
  readonly facts: Facts;
  readonly client: Client;
  readonly now: number;
  readonly sightings: readonly string[];
}

/** The start of this instant's UTC day. */
export function dayStart(now: number): number {
  return now - (now % DAY_MS);
}

/** Whether the sighting is of a new address or agent, and so counts against the daily limit. */
export function isNovelty(sighting: string): boolean {
  return !sighting.startsWith("day:");
}

/** A user agent as a sighting. It is hashed, because the client chooses the text and it can be long. */
export const agentSighting: (userAgent: string) => string = remembering(
  10_000,
  (userAgent) => `agent:${Buffer.from(hashSecret(userAgent)).toString("hex").slice(0, 32)}`,
);

/**
 * Writes all waiting uses in one transaction. A sighting that is new to the store becomes an audit event. With `strict`,
 * every use becomes one.
 */
export async function writeUses(
  store: Pick<Store, "transaction">,
  uses: readonly DueUse[],
  audit: "summary" | "strict",
): Promise<void> {
  await store.transaction(async (tx) => {
    const fresh = await tx.recordSightings(await sightingsWithinLimit(tx, uses));
    const freshKeys = new Set(fresh.map(keyOf));
    const takeNews = await newNetworks(tx, fresh, dayStart);
    const events: AuditEventRecord[] = [];
    for (const { facts, client, now, sightings } of uses) {
      const seen = sightings.filter((sighting) => freshKeys.delete(keyOf({ credentialId: facts.id, sighting })));
      if (seen.length === 0 && audit === "summary") continue;
      const network = seen.map(networkSighting).find((net) => net !== null && takeNews(facts.id, net));
      const has = (prefix: string): boolean => seen.some((sighting) => sighting.startsWith(prefix));
      events.push(
        useEvent(facts, "used", client, now, {
          firstOfDay: has("day:"),
          newAddress: has("ip:"),
          newUserAgent: has("agent:"),
          ...(network === undefined || network === null ? {} : { newNetwork: network.slice("net:".length) }),
        }),
      );
    }
    await tx.insertAuditEvents(events);
  });
}

function keyOf({ credentialId, sighting }: Pick<Sighting, "credentialId" | "sighting">): string {
  return `${credentialId} ${sighting}`;
}

/** Returns each sighting once, and no more new addresses and agents per credential and day than the limit. */
async function sightingsWithinLimit(tx: Transaction, uses: readonly DueUse[]): Promise<readonly Sighting[]> {
  const wanted = new Map<string, Sighting>();
  const novelties = new Map<string, number>();
  for (const { facts, now, sightings } of uses) {
    for (const sighting of sightings) {
      const entry = { credentialId: facts.id, sighting, at: now };
      if (wanted.has(keyOf(entry))) continue;
      if (isNovelty(sighting)) {
        const count = novelties.get(facts.id) ?? (await tx.countSightings(facts.id, dayStart(now)));
        novelties.set(facts.id, count + 1);
        if (count >= NOVELTIES_PER_DAY) continue;
      }
      wanted.set(keyOf(entry), entry);
      const network = facts.kind === "pat" ? networkSighting(sighting) : null;
      if (network !== null) wanted.set(keyOf({ ...entry, sighting: network }), { ...entry, sighting: network });
    }
  }
  return [...wanted.values()];
}

// Group commit: a commit takes everything that waits when it begins, and the callers continue when it is done. There is
// no timer. The first commit begins at the end of the event-loop turn in which its items arrived, the next one when
// the commit before it has ended.

export interface GroupCommit<T> {
  /** Resolves when the transaction that contains the item is committed. If it fails, every item in it rejects. */
  commit(item: T): Promise<void>;
  /** Resolves when no item waits. */
  settled(): Promise<void>;
}

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export function createGroupCommit<T>(write: (items: readonly T[]) => Promise<void>): GroupCommit<T> {
  let waiting: Waiting<T>[] = [];
  let committing: Promise<void> | null = null;
  const commitAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await write(group.map(({ item }) => item));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    committing = null;
  };
  return {
    commit: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        committing ??= new Promise<void>((next) => setImmediate(next)).then(commitAll);
      }),
    settled: async () => void (await committing),
  };
}
