// All live tokens of an organization, along personal_access_tokens_live_ends, which has every column of the
// token that is asked for; the last use is one lookup by primary key for each.
import { DAY_MS, type OrganizationId } from "@mintmark/core";
import { type RawBuilder, sql } from "kysely";
import type { ExpiryDay, StaleToken, TokenCounts } from "../overview-port.ts";
import type { SqlContext } from "./context.ts";


export async function countTokens(
  { db }: SqlContext,
  organizationId: OrganizationId,
  {
    now,
    unusedSince,
    since,
  }: { readonly now: number; readonly unusedSince: number; readonly since: readonly number[] },
): Promise<TokenCounts> {
  const ages = since.map((instant, index) => sql`when pat.created_at >= ${instant} then ${sql.lit(index)}`);
  const { rows } = await sql<{ age: number; live: number; never_used: number; without_expiry: number; stale: number }>`
    select
      case ${sql.join(ages, sql` `)} else ${sql.lit(since.length)} end as age,
      count(*) as live,
      sum(case when uses.last_used_at is null then 1 else 0 end) as never_used,
      sum(case when pat.expires_at is null then 1 else 0 end) as without_expiry,
      sum(case when ${lastSign} < ${unusedSince} then 1 else 0 end) as stale
    from personal_access_tokens as pat
    left join credential_uses as uses on uses.credential_id = pat.id
    where ${isLive(organizationId, now)}
    group by 1
  `.execute(db);
  const total = (pick: (row: (typeof rows)[number]) => number): number => rows.reduce((sum, row) => sum + pick(row), 0);
  return {
    live: total((row) => row.live),
    neverUsed: total((row) => row.never_used),
    withoutExpiry: total((row) => row.without_expiry),
    stale: total((row) => row.stale),
    byAge: Array.from({ length: since.length + 1 }, (_, age) => rows.find((row) => row.age === age)?.live ?? 0),
  };
}

/** By personal_access_tokens_live_ends alone. */
export async function listExpiryDays(
  { db }: SqlContext,
  organizationId: OrganizationId,
  from: number,
  to: number,
): Promise<readonly ExpiryDay[]> {
  const { rows } = await sql<ExpiryDay>`
    select expires_at / ${sql.lit(DAY_MS)} as day, count(*) as tokens
    from personal_access_tokens
    where organization_id = ${organizationId} and revoked_at is null and expires_at > ${from} and expires_at < ${to}
    group by 1 order by 1
  `.execute(db);
  return rows.map(({ day, tokens }) => ({ day, tokens }));
}

export async function listStaleTokens(
  { db }: SqlContext,
  organizationId: OrganizationId,
  { now, unusedSince }: { readonly now: number; readonly unusedSince: number },
  limit: number,
): Promise<readonly StaleToken[]> {
  const { rows } = await sql<StaleRow>`
    select pat.id, pat.name, pat.prefix, pat.created_at, pat.expires_at, unused.last_used_at, usr.id as user_id,
      usr.name as user_name
    from (
      select pat.id, uses.last_used_at, ${lastSign} as last_sign
      from personal_access_tokens as pat
      left join credential_uses as uses on uses.credential_id = pat.id
      where ${isLive(organizationId, now)} and pat.created_at < ${unusedSince} and ${lastSign} < ${unusedSince}
      order by last_sign, pat.id limit ${limit}
    ) as unused
    join personal_access_tokens as pat on pat.id = unused.id
    join users as usr on usr.id = pat.user_id
    order by unused.last_sign, unused.id
  `.execute(db);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    user: { id: row.user_id, name: row.user_name },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }));
}

interface StaleRow {
  readonly id: StaleToken["id"];
  readonly name: string;
  readonly prefix: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
  readonly user_id: StaleToken["user"]["id"];
  readonly user_name: string;
}

/** The last thing that is known to have happened to a token: its last use, or else its making. */
const lastSign: RawBuilder<number> = sql`coalesce(uses.last_used_at, pat.created_at)`;

function isLive(organizationId: OrganizationId, now: number): RawBuilder<boolean> {
  return sql`pat.organization_id = ${organizationId} and pat.revoked_at is null
    and (pat.expires_at is null or pat.expires_at > ${now})`;
}
