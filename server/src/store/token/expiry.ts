// Ends: credentials whose expiry must be recorded, and those whose end may have to be announced.
import type { RevokedRef } from "../verification.ts";
import type { ApiKeyId, TokenId } from "@mintmark/core";
import { sql } from "kysely";
import { jsonRows, jsonTexts, type SqlContext } from "../context.ts";
import { HAS_NOT_ENDED, hasEnded } from "./ending.ts";

/** A credential that is not revoked, and since when somebody must look whether its end is to be announced. */
export interface DueEndNotice {
  readonly id: TokenId | ApiKeyId;
  readonly dueAt: number;
}

export const tokenExpiryReads = { selectReplacedTokens };

export const tokenExpiryWrites = { noteExpiries, lockDueEndNotices, setEndNoticesAt };

/**
 * Up to `limit` credentials that have expired by `now`, were not revoked, and were not returned before. Each is
 * returned once, also when several replicas call at the same time. `looked` includes credentials that had already
 * ended, which are never returned; less than `limit` means that none are left. Uses personal_access_tokens_expiring and
 * api_keys_expiring. Skips rows that another replica is recording.
 */
async function noteExpiries(
  { db, locksRows }: SqlContext,
  kind: "pat" | "api_key",
  now: number,
  limit: number,
): Promise<{ readonly looked: number; readonly expired: readonly RevokedRef[] }> {
  const table = kind === "pat" ? "personal_access_tokens" : "api_keys";
  let due = db
    .selectFrom(table)
    .select("id")
    .where("expires_at", "<=", now)
    .where("revoked_at", "is", null)
    .where("expiry_noted_at", "is", null)
    .orderBy("expires_at")
    .limit(limit);
  if (locksRows) due = due.forNoKeyUpdate().skipLocked();
  const ids = (await due.execute()).map((row) => row.id);
  if (ids.length === 0) return { looked: 0, expired: [] };
  const rows = await db
    .updateTable(table)
    .set({ expiry_noted_at: now })
    .where("id", "in", ids)
    .returning(["id", "name", "prefix", "organization_id", hasEnded(kind).as("ended")])
    .execute();
  const expired = rows
    .filter((row) => row.ended === 0)
    .map((row) => ({ id: row.id, name: row.name, prefix: row.prefix, organizationId: row.organization_id }));
  return { looked: ids.length, expired };
}

/**
 * Locks credentials that are not revoked and whose announcement is due at `now`. Several callers at once get different
 * ones; after a rollback they are due again. Uses personal_access_tokens_expiry_notice or api_keys_expiry_notice, and
 * locks in its order. Skips rows that another replica holds.
 */
async function lockDueEndNotices(
  { db, locksRows }: SqlContext,
  kind: "pat" | "api_key",
  now: number,
  limit: number,
): Promise<readonly DueEndNotice[]> {
  let due = db
    .selectFrom(kind === "pat" ? "personal_access_tokens" : "api_keys")
    .select(["id", "expiry_notice_at as due_at"])
    .where("expiry_notice_at", "<=", now)
    .where("revoked_at", "is", null)
    .orderBy("expiry_notice_at")
    .limit(limit);
  if (locksRows) due = due.forNoKeyUpdate().skipLocked();
  const rows = await due.execute();
  return rows.map(({ id, due_at: dueAt }) => ({ id, dueAt: dueAt as number }));
}

/**
 * Sets when the end of each of these credentials is looked at next; `null`: never again. The statement writes -1 for
 * `null`. Locks the rows in the order of their ids before it changes any. Uses the primary key.
 */
async function setEndNoticesAt(
  { db, locksRows }: SqlContext,
  kind: "pat" | "api_key",
  next: ReadonlyMap<TokenId | ApiKeyId, number | null>,
): Promise<void> {
  if (next.size === 0) return;
  const table = sql.table(kind === "pat" ? "personal_access_tokens" : "api_keys");
  if (locksRows) {
    await sql`select id from ${table} where id in (${jsonTexts([...next.keys()])}) order by id for no key update`.execute(
      db,
    );
  }
  const rows = [...next].map(([id, at]) => [id, at ?? -1] as const);
  await sql`
    with next (id, at) as (${jsonRows(["text", "bigint"], rows)})
    update ${table} set expiry_notice_at = nullif(next.at, -1)
    from next where ${table}.id = next.id
  `.execute(db);
}

/**
 * Returns those of the tokens for which there is a replacement that is neither revoked nor expired nor ended. Uses
 * personal_access_tokens_replaces.
 */
async function selectReplacedTokens(
  { db }: SqlContext,
  ids: readonly TokenId[],
  now: number,
): Promise<ReadonlySet<TokenId>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: TokenId }>`
    select pat.replaces as id from personal_access_tokens as pat
    where pat.replaces is not null and pat.replaces in (${jsonTexts(ids)}) and pat.revoked_at is null
      and (pat.expires_at is null or pat.expires_at > ${now}) and ${HAS_NOT_ENDED}
  `.execute(db);
  return new Set(rows.map(({ id }) => id));
}
