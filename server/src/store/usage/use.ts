// Uses of credentials, which verification counts in memory and writes in batches.
import { type RawBuilder, sql } from "kysely";
import { jsonTexts, type SqlContext } from "../context.ts";
import type { CredentialSightingRow, CredentialUseRow } from "../tables.ts";

export interface UseBatch {
  readonly credentialId: string;
  /** Uses since the last batch. */
  readonly count: number;
  readonly lastUsedAt: number;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** The route of the request, in words. Absent or `null` when unknown. */
  readonly route?: string | null;
}

/** A property of a credential's use that is seen for the first time: a UTC day, an address, or a user agent. */
export interface Sighting {
  readonly credentialId: string;
  /** `day:2026-11-22`, `ip:203.0.113.7`, `agent:<first 32 hex digits of its SHA-256>`, `net:203.0.113.0/24`, `denied:<code>`; of a person, `mint:<hash of a place>`. */
  readonly sighting: string;
  readonly at: number;
}

export const useReads = { findFirstUse };

export const useWrites = { recordUses, recordSightings, countSightings, countNetworks };

type UseRow = Omit<CredentialUseRow, "organization_id" | "last_used_order"> & { last_used_at: number };

// Rows in one statement: far fewer than the parameters that either engine takes.
const ROWS_AT_ONCE = 500;

const MINUTE_MS = 60_000;

/**
 * Adds counts and moves the last use forward, never back. Writes rows in the order of their ids, so that two replicas
 * that flush at once wait for each other instead of deadlocking. The newest use sets address, agent and route; a late
 * batch only adds its count.
 */
async function recordUses(context: SqlContext, batch: readonly UseBatch[]): Promise<void> {
  for (const rows of chunksOf(oneRowForEach(batch))) {
    const written = await context.db
      .insertInto("credential_uses")
      .values(rows)
      .onConflict((conflict) =>
        conflict.column("credential_id").doUpdateSet({
          use_count: sql`credential_uses.use_count + excluded.use_count`,
          last_used_at: newest(sql`excluded.last_used_at`, sql`credential_uses.last_used_at`),
          last_used_ip: newest(sql`excluded.last_used_ip`, sql`credential_uses.last_used_ip`),
          last_used_user_agent: newest(sql`excluded.last_used_user_agent`, sql`credential_uses.last_used_user_agent`),
          last_used_route: newest(sql`excluded.last_used_route`, sql`credential_uses.last_used_route`),
        }),
      )
      .returning(["credential_id", "last_used_at", "last_used_order"])
      .execute();
    const moved = written.filter((row) => row.last_used_order + MINUTE_MS <= (row.last_used_at ?? 0));
    if (moved.length > 0)
      await moveInOrder(
        context,
        moved.map((row) => row.credential_id),
      );
  }
}

/**
 * Moves credentials to the minute of their last use in credential_uses_last. This is apart from the counts: an engine
 * rewrites an index whenever a statement names its column, and this is due once a minute, not every second.
 */
async function moveInOrder({ db }: SqlContext, credentialIds: readonly string[]): Promise<void> {
  await sql`
    update credential_uses set last_used_order = last_used_at - last_used_at % ${sql.lit(MINUTE_MS)}
    where credential_id in (${jsonTexts(credentialIds)})
  `.execute(db);
}

/**
 * Records the sightings that are new, and returns exactly those. If two replicas see the same thing at once, the second
 * waits for the first and then skips it.
 */
async function recordSightings({ db }: SqlContext, sightings: readonly Sighting[]): Promise<readonly Sighting[]> {
  const offered = new Map<string, Sighting>();
  for (const sighting of sightings) {
    const key = sightingKey(sighting.credentialId, sighting.sighting);
    if (!offered.has(key)) offered.set(key, sighting);
  }
  const ordered = [...offered].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sighting]) => toSightingRow(sighting));
  const known = new Set(offered.keys());
  for (const rows of chunksOf(ordered)) {
    const added = await db
      .insertInto("credential_sightings")
      .values(rows)
      .onConflict((conflict) => conflict.columns(["credential_id", "sighting"]).doNothing())
      .returning(["credential_id", "sighting"])
      .execute();
    for (const row of added) known.delete(sightingKey(row.credential_id, row.sighting));
  }
  return [...offered].filter(([key]) => !known.has(key)).map(([, sighting]) => sighting);
}

/** The number of new addresses and agents of the credential since `since`. Uses credential_sightings_at. */
async function countSightings({ db }: SqlContext, credentialId: string, since: number): Promise<number> {
  const { sightings } = await db
    .selectFrom("credential_sightings")
    .select(sql<number>`count(*)`.as("sightings"))
    .where("credential_id", "=", credentialId)
    .where("at", ">=", since)
    .where((row) => row.or([row("sighting", "like", "ip:%"), row("sighting", "like", "agent:%")]))
    .executeTakeFirstOrThrow();
  return sightings;
}

/**
 * The number of networks that the credential was ever used from, and of those that were new at or after `since`. Reads
 * the credential's part of the primary key.
 */
async function countNetworks(
  { db }: SqlContext,
  credentialId: string,
  since: number,
): Promise<{ readonly known: number; readonly recent: number }> {
  const { known, recent } = await db
    .selectFrom("credential_sightings")
    .select(sql<number>`count(*)`.as("known"))
    .select(sql<number>`count(case when at >= ${since} then 1 end)`.as("recent"))
    .where("credential_id", "=", credentialId)
    .where("sighting", "like", "net:%")
    .executeTakeFirstOrThrow();
  return { known, recent };
}

function newest(offered: RawBuilder<unknown>, stored: RawBuilder<unknown>): RawBuilder<never> {
  const isNewest = sql`credential_uses.last_used_at is null or excluded.last_used_at >= credential_uses.last_used_at`;
  return sql<never>`case when ${isNewest} then ${offered} else ${stored} end`;
}

/** One statement cannot change the same row twice, so several batches of a credential become one. */
function oneRowForEach(batch: readonly UseBatch[]): UseRow[] {
  const rows = new Map<string, UseRow>();
  for (const use of batch) {
    const earlier = rows.get(use.credentialId);
    const isNewest = earlier === undefined || use.lastUsedAt >= earlier.last_used_at;
    rows.set(use.credentialId, {
      credential_id: use.credentialId,
      use_count: (earlier?.use_count ?? 0) + use.count,
      last_used_at: isNewest ? use.lastUsedAt : earlier.last_used_at,
      last_used_ip: isNewest ? use.ip : earlier.last_used_ip,
      last_used_user_agent: isNewest ? use.userAgent : earlier.last_used_user_agent,
      last_used_route: isNewest ? (use.route ?? null) : earlier.last_used_route,
    });
  }
  return [...rows.values()].sort((a, b) => (a.credential_id < b.credential_id ? -1 : 1));
}

function toSightingRow(sighting: Sighting): CredentialSightingRow {
  return { credential_id: sighting.credentialId, sighting: sighting.sighting, at: sighting.at };
}

function sightingKey(credentialId: string, sighting: string): string {
  return `${credentialId} ${sighting}`;
}

function* chunksOf<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) yield rows.slice(start, start + ROWS_AT_ONCE);
}

/**
 * When the credential was first used; `null` if never. Uses credential_sightings_at: the first day began with the first
 * use.
 */
async function findFirstUse({ db }: SqlContext, credentialId: string): Promise<number | null> {
  const row = await db
    .selectFrom("credential_sightings")
    .select("at")
    .where("credential_id", "=", credentialId)
    .where("sighting", "like", "day:%")
    .orderBy("at")
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}
