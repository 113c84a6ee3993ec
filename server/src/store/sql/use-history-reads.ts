import type { ApiKeyId, OrganizationId, TokenId, UserId } from "@mintmark/core";
import { sql } from "kysely";
import type { FacetUse, OutcomeDay, UseDay } from "../use-history-port.ts";
import type { SqlContext } from "./context.ts";
import { jsonTexts } from "./json-rows.ts";

/** By primary key. */
export async function listUseDays(
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

/** By primary key: no more rows than are kept of one credential. */
export async function listUseFacets({ db }: SqlContext, credentialId: string): Promise<readonly FacetUse[]> {
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

/** By credential_sightings_at: the first day that was seen began with the first use. */
export async function findFirstUse({ db }: SqlContext, credentialId: string): Promise<number | null> {
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

/** In the order of the primary key. */
export async function listOutcomeDays(
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

/** By primary key. */
export async function selectTokens(
  { db }: SqlContext,
  ids: readonly string[],
  of: { readonly userId?: UserId; readonly organizationId?: OrganizationId },
): Promise<readonly TokenId[]> {
  let query = db
    .selectFrom("personal_access_tokens")
    .select("id")
    .where("id", "in", sql<TokenId>`(${jsonTexts(ids)})`);
  if (of.userId !== undefined) query = query.where("user_id", "=", of.userId);
  if (of.organizationId !== undefined) query = query.where("organization_id", "=", of.organizationId);
  return (await query.execute()).map((row) => row.id);
}

/** By primary key. */
export async function selectApiKeys(
  { db }: SqlContext,
  ids: readonly string[],
  organizationId: OrganizationId,
): Promise<readonly ApiKeyId[]> {
  const rows = await db
    .selectFrom("api_keys")
    .select("id")
    .where("id", "in", sql<ApiKeyId>`(${jsonTexts(ids)})`)
    .where("organization_id", "=", organizationId)
    .execute();
  return rows.map((row) => row.id);
}
