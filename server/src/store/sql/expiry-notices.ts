import type { TokenId } from "@mintmark/core";
import { sql } from "kysely";
import type { ExpiringToken } from "../notice-port.ts";
import type { SqlContext } from "./context.ts";
import { hasEnded } from "./follow-ups.ts";
import { jsonRows } from "./json-rows.ts";

/**
 * By personal_access_tokens_expiry_notice, locked in the order it has. Rows that another replica holds are skipped,
 * not waited for: it announces them.
 */
export async function lockDueExpiryNotices(
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

/** By primary key; the caller has them locked. An instant that is not to come is written as -1. */
export async function setExpiryNoticesAt({ db }: SqlContext, next: ReadonlyMap<TokenId, number | null>): Promise<void> {
  if (next.size === 0) return;
  const rows = [...next].map(([id, at]) => [id, at ?? -1] as const);
  await sql`
    with next (id, at) as (${jsonRows(["text", "bigint"], rows)})
    update personal_access_tokens set expiry_notice_at = nullif(next.at, -1)
    from next where personal_access_tokens.id = next.id
  `.execute(db);
}
