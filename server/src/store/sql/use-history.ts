// The history of use, written. Rows are given in the order of their keys, so that two replicas flushing at
// once wait for each other instead of deadlocking; one statement a table.
import { DAY_MS } from "@mintmark/core";
import { sql } from "kysely";
import { ADDRESSES_KEPT, type FacetUse, ROUTES_KEPT, type UseHistory } from "../use-history-port.ts";
import type { SqlContext } from "./context.ts";
import { jsonRows, jsonTexts } from "./json-rows.ts";

/** By the primary keys of credential_use_days, credential_use_facets and organization_use_days. */
export async function recordUseHistory(context: SqlContext, history: UseHistory): Promise<void> {
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

/** A row that comes back with more than was given was there before: only where one is new there may be too many. */
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

/** Once a day for each row, apart from its counts: naming an index's column writes the index anew. */
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
 * By the primary key of credential_use_facets. A row that another replica is counting in is not waited for, so
 * that nothing can deadlock: whoever adds the next one drops it.
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

/** By credential_use_days_day, credential_use_facets_last_day and organization_use_days_day. */
export async function forgetUseHistory({ db, locksRows }: SqlContext, before: number, limit: number): Promise<number> {
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

/** In the order of the leading columns, all of which together are the key. */
function byKey(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [index, value] of one.entries()) {
    const against = other[index] as string | number;
    if (value !== against) return value < against ? -1 : 1;
  }
  return 0;
}
