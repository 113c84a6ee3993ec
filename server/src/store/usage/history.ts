// The history of use, for charts alone: no decision reads it. Verification counts it in memory and writes it in batches,
// so it may lack the last half minute. Rows are written in the order of their keys, so that two replicas that flush at once
// wait for each other instead of deadlocking, with one statement for each table.
import { DAY_MS, type OrganizationId } from "@mintmark/core";
import { sql } from "kysely";
import { jsonRows, jsonTexts, type SqlContext } from "../context.ts";
import type { CredentialUseFacetRow } from "../tables.ts";

/** One UTC day of one credential. `day` counts days since 1970-01-01. */
export interface UseDay {
  readonly credentialId: string;
  readonly day: number;
  readonly uses: number;
  /** How often its full secret matched and was refused. */
  readonly denied: number;
}

/** The property that separates uses: the client's address, or the route. */
export type UseFacet = CredentialUseFacetRow["facet"];

export interface FacetUse {
  readonly credentialId: string;
  readonly facet: UseFacet;
  readonly value: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly uses: number;
}

/** One UTC day of an organization: `outcome` is `ok`, or the code of a refusal. */
export interface OutcomeDay {
  readonly organizationId: OrganizationId;
  readonly day: number;
  readonly outcome: string;
  readonly count: number;
}

/** The counts since the last batch. Each day, facet and outcome occurs once. */
export interface UseHistory {
  readonly days: readonly UseDay[];
  readonly facets: readonly FacetUse[];
  readonly outcomes: readonly OutcomeDay[];
}

export const useHistoryReads = { listUseDays, listUseFacets, listOutcomeDays };

export const useHistoryWrites = { recordUseHistory, forgetUseHistory };

/** The number of addresses of a credential that are kept by name: the most recent ones. */
export const ADDRESSES_KEPT = 100;

/** The number of routes of a credential that are kept by name: the most recent ones. */
export const ROUTES_KEPT = 50;

/** Days of these credentials since `fromDay`, in no order, without days that had no use. Uses the primary key. */
async function listUseDays(
  { db }: SqlContext,
  credentialIds: readonly string[],
  fromDay: number,
): Promise<readonly UseDay[]> {
  const rows = await db
    .selectFrom("credential_use_days")
    .selectAll()
    .where("credential_id", "in", sql<string>`(${jsonTexts(credentialIds)})`)
    .where("day", ">=", fromDay)
    .execute();
  return rows.map((row) => ({
    credentialId: row.credential_id,
    day: row.day,
    uses: row.use_count,
    denied: row.denied_count,
  }));
}

/** The kept addresses and routes of the credential, most used first. Uses the primary key; the kept rows are few. */
async function listUseFacets({ db }: SqlContext, credentialId: string): Promise<readonly FacetUse[]> {
  const rows = await db
    .selectFrom("credential_use_facets")
    .selectAll()
    .where("credential_id", "=", credentialId)
    .orderBy("use_count", "desc")
    .orderBy("value")
    .execute();
  return rows.map((row) => ({
    credentialId: row.credential_id,
    facet: row.facet,
    value: row.value,
    firstAt: row.first_at,
    lastAt: row.last_at,
    uses: row.use_count,
  }));
}

/** Days of the organization since `fromDay`, oldest first. Reads in the order of the primary key. */
async function listOutcomeDays(
  { db }: SqlContext,
  organizationId: OrganizationId,
  fromDay: number,
): Promise<readonly OutcomeDay[]> {
  const rows = await db
    .selectFrom("organization_use_days")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("day", ">=", fromDay)
    .orderBy("day")
    .orderBy("outcome")
    .execute();
  return rows.map((row) => ({
    organizationId: row.organization_id,
    day: row.day,
    outcome: row.outcome,
    count: row.count,
  }));
}

/**
 * Adds the batch. Keeps only the most recent addresses and routes of a credential. Uses the primary keys of
 * credential_use_days, credential_use_facets and organization_use_days.
 */
async function recordUseHistory(context: SqlContext, history: UseHistory): Promise<void> {
  await addDays(context, history);
  await addFacets(context, history.facets);
  await addOutcomes(context, history);
}

async function addDays({ db }: SqlContext, { days }: UseHistory): Promise<void> {
  if (days.length === 0) return;
  const rows = days.map(({ credentialId, day, uses, denied }) => [credentialId, day, uses, denied]).sort(byKey);
  await sql`
    insert into credential_use_days (credential_id, day, use_count, denied_count)
    ${jsonRows(["text", "bigint", "bigint", "bigint"], rows)}
    on conflict (credential_id, day) do update set
      use_count = credential_use_days.use_count + excluded.use_count,
      denied_count = credential_use_days.denied_count + excluded.denied_count
  `.execute(db);
}

/** A row whose count is higher than the given one existed before. Only a new row can make too many. */
async function addFacets(context: SqlContext, facets: readonly FacetUse[]): Promise<void> {
  if (facets.length === 0) return;
  const rows = facets
    .map((use) => [use.credentialId, use.facet, use.value, use.firstAt, use.lastAt, dayOf(use.lastAt), use.uses])
    .sort(byKey);
  const { rows: written } = await sql<WrittenFacet>`
    insert into credential_use_facets (credential_id, facet, value, first_at, last_at, last_day, use_count)
    ${jsonRows(["text", "text", "text", "bigint", "bigint", "bigint", "bigint"], rows)}
    on conflict (credential_id, facet, value) do update set
      first_at = case when excluded.first_at < credential_use_facets.first_at
        then excluded.first_at else credential_use_facets.first_at end,
      last_at = case when excluded.last_at > credential_use_facets.last_at
        then excluded.last_at else credential_use_facets.last_at end,
      use_count = credential_use_facets.use_count + excluded.use_count
    returning credential_id, facet, value, last_at, last_day, use_count
  `.execute(context.db);
  await moveDays(context, written);
  const given = new Map(facets.map((use) => [`${use.credentialId} ${use.facet} ${use.value}`, use.uses]));
  const grown = new Set<string>();
  for (const row of written) {
    if (given.get(`${row.credential_id} ${row.facet} ${row.value}`) === row.use_count) grown.add(row.credential_id);
  }
  if (grown.size > 0) await dropOldestFacets(context, [...grown].sort());
}

/**
 * Runs once a day for each row, apart from its counts: an engine rewrites an index whenever a statement names its
 * column.
 */
async function moveDays({ db }: SqlContext, written: readonly WrittenFacet[]): Promise<void> {
  const moved = written.filter((row) => row.last_day < dayOf(row.last_at));
  if (moved.length === 0) return;
  const keys = jsonRows(
    ["text", "text", "text"],
    moved.map((row) => [row.credential_id, row.facet, row.value]),
  );
  await sql`
    update credential_use_facets set last_day = last_at / ${sql.lit(DAY_MS)}
    where (credential_id, facet, value) in (${keys})
  `.execute(db);
}

/**
 * Skips rows that another replica is counting in, so that nothing can deadlock; the replica that adds the next row
 * deletes them. Uses the primary key of credential_use_facets.
 */
async function dropOldestFacets({ db, locksRows }: SqlContext, credentialIds: readonly string[]): Promise<void> {
  const { rows: surplus } = await sql<FacetKey>`
    select credential_id, facet, value from (
      select credential_id, facet, value, row_number() over (
        partition by credential_id, facet order by last_at desc, value
      ) as place
      from credential_use_facets where credential_id in (${jsonTexts(credentialIds)})
    ) as placed
    where place > case facet when 'address' then ${sql.lit(ADDRESSES_KEPT)} else ${sql.lit(ROUTES_KEPT)} end
  `.execute(db);
  if (surplus.length === 0) return;
  const doomed = jsonRows(
    ["text", "text", "text"],
    surplus.map((row) => [row.credential_id, row.facet, row.value]),
  );
  const free = locksRows
    ? sql`select credential_id, facet, value from credential_use_facets
        where (credential_id, facet, value) in (${doomed}) for update skip locked`
    : doomed;
  await sql`delete from credential_use_facets where (credential_id, facet, value) in (${free})`.execute(db);
}

async function addOutcomes({ db }: SqlContext, { outcomes }: UseHistory): Promise<void> {
  if (outcomes.length === 0) return;
  const rows = outcomes
    .map(({ organizationId, day, outcome, count }) => [organizationId, day, outcome, count])
    .sort(byKey);
  await sql`
    insert into organization_use_days (organization_id, day, outcome, count)
    ${jsonRows(["text", "bigint", "text", "bigint"], rows)}
    on conflict (organization_id, day, outcome) do update set
      count = organization_use_days.count + excluded.count
  `.execute(db);
}

/**
 * Deletes up to `limit` rows of each kind that are older than `beforeDay`, and returns how many. Uses
 * credential_use_days_day, credential_use_facets_last_day and organization_use_days_day.
 */
async function forgetUseHistory({ db, locksRows }: SqlContext, before: number, limit: number): Promise<number> {
  const skip = locksRows ? sql`for update skip locked` : sql``;
  let forgotten = 0n;
  for (const [table, key, day] of PRUNED) {
    const columns = sql.raw(key);
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where (${columns}) in (
        select ${columns} from ${sql.table(table)} where ${sql.ref(day)} < ${before} limit ${limit} ${skip}
      )
    `.execute(db);
    forgotten += numAffectedRows ?? 0n;
  }
  return Number(forgotten);
}

interface FacetKey {
  readonly credential_id: string;
  readonly facet: string;
  readonly value: string;
}

interface WrittenFacet extends FacetKey {
  readonly last_at: number;
  readonly last_day: number;
  readonly use_count: number;
}

const PRUNED = [
  ["credential_use_days", "credential_id, day", "day"],
  ["credential_use_facets", "credential_id, facet, value", "last_day"],
  ["organization_use_days", "organization_id, day, outcome", "day"],
] as const;

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}

/** Compares the leading columns, which together are the key. */
function byKey(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [index, value] of one.entries()) {
    const against = other[index] as string | number;
    if (value !== against) return value < against ? -1 : 1;
  }
  return 0;
}
