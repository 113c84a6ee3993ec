import type { RevokedRef } from "../credential-port.ts";
import type { SqlContext } from "./context.ts";
import { hasEnded } from "./follow-ups.ts";

/**
 * By personal_access_tokens_expiring and api_keys_expiring. Rows that another replica is noting are
 * skipped, not waited for: it answers them. A credential that ended before, and waits for its tombstone, is
 * passed over for good.
 */
export async function noteExpiries(
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
