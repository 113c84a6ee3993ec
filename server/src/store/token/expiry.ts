// Expiry: credentials whose expiry is to be recorded, and tokens whose owner is to be notified before.
import type { OrganizationId, TokenId, UserId } from "@mintmark/core";
import { sql } from "kysely";
import type { SqlContext } from "../bind.ts";
import { jsonRows } from "../query.ts";
import { hasEnded, type RevokedRef } from "./ending.ts";

/** An unrevoked token whose end is to be announced. */
export interface ExpiringToken {
  readonly id: TokenId;
  readonly name: string;
  readonly userId: UserId;
  readonly organizationId: OrganizationId;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Whether it ended with what it hangs from, and only waits for its tombstone. */
  readonly hasEnded: boolean;
}

export const tokenExpiryWrites = { noteExpiries, lockDueExpiryNotices, setExpiryNoticesAt };

/**
 * Up to `limit` credentials whose expiry has come by `now`, that were not revoked, and that no call has answered
 * before: each is answered once, also when several replicas ask at the same time. `looked` counts those too that had
 * ended before and are not answered: fewer than `limit` means that none are left. By personal_access_tokens_expiring
 * and api_keys_expiring. Rows that another replica is noting are skipped, not waited for: it answers them. A
 * credential that ended before, and waits for its tombstone, is passed over for good.
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
 * Locks unrevoked tokens whose end is due to be announced at `now`. Of several callers at once each is answered
 * others; when the transaction is rolled back, they are due again. By personal_access_tokens_expiry_notice, locked in
 * the order it has. Rows that another replica holds are skipped, not waited for: it announces them.
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
 * When the end of each of these tokens is announced next; `null`: not any more. By primary key; the caller has them
 * locked. An instant that is not to come is written as -1.
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
