import type { TokenId } from "@mintmark/core";
import type { ExpiringToken } from "../notice-port.ts";
import type { SqlContext } from "./context.ts";
import { hasEnded } from "./follow-ups.ts";

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

/** By primary key. */
export async function setExpiryNoticeAt({ db }: SqlContext, id: TokenId, at: number | null): Promise<void> {
  await db.updateTable("personal_access_tokens").set({ expiry_notice_at: at }).where("id", "=", id).execute();
}
