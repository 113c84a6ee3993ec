// Expiry: credentials whose expiry must be recorded, and tokens whose owner must be notified of it in advance.
import type { RevokedRef } from "../verification.ts";
import type { OrganizationId, TokenId, UserId } from "@mintmark/core";
import { sql } from "kysely";
import { jsonRows, type SqlContext } from "../context.ts";
import { hasEnded } from "./ending.ts";

/** A token that is not revoked and whose expiry must be announced. */
export interface ExpiringToken {
  readonly id: TokenId;
  readonly name: string;
  readonly userId: UserId;
  readonly organizationId: OrganizationId;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Whether it ended with its membership, user or organization, and has no tombstone yet. */
  readonly hasEnded: boolean;
}

export const tokenExpiryWrites = { noteExpiries, lockDueExpiryNotices, setExpiryNoticesAt };

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
 * Locks tokens that are not revoked and whose announcement is due at `now`. Several callers at once get different
 * tokens; after a rollback the tokens are due again. Uses personal_access_tokens_expiry_notice and locks in its order.
 * Skips rows that another replica holds.
 */
async function lockDueExpiryNotices(
  { db, locksRows }: SqlContext,
  now: number,
  limit: number,
): Promise<readonly ExpiringToken[]> {
  let due = db
    .selectFrom("personal_access_tokens")
    .select(["id", "name", "user_id", "organization_id", "created_at", "expires_at"])
    .select(hasEnded("pat").as("ended"))
    .where("expiry_notice_at", "<=", now)
    .where("revoked_at", "is", null)
    .orderBy("expiry_notice_at")
    .limit(limit);
  if (locksRows) due = due.forNoKeyUpdate().skipLocked();
  const rows = await due.execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    userId: row.user_id,
    organizationId: row.organization_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at as number,
    hasEnded: row.ended === 1,
  }));
}

/**
 * Sets when the expiry of each of these tokens is announced next; `null`: never again. The statement writes -1 for
 * `null`. The caller holds the locks of the tokens. Uses the primary key.
 */
async function setExpiryNoticesAt({ db }: SqlContext, next: ReadonlyMap<TokenId, number | null>): Promise<void> {
  if (next.size === 0) return;
  const rows = [...next].map(([id, at]) => [id, at ?? -1] as const);
  await sql`
    with next (id, at) as (${jsonRows(["text", "bigint"], rows)})
    update personal_access_tokens set expiry_notice_at = nullif(next.at, -1)
    from next where personal_access_tokens.id = next.id
  `.execute(db);
}
