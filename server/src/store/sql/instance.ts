import type { InstanceRecord } from "../account-port.ts";
import type { Hash } from "../credential-port.ts";
import type { InstanceRow } from "../tables.ts";
import type { SqlContext } from "./context.ts";

// The instance is the one row with id 1, which the first migration inserts.

export async function getInstance({ db }: SqlContext): Promise<InstanceRecord> {
  return toInstance(await db.selectFrom("instance").selectAll().where("id", "=", 1).executeTakeFirstOrThrow());
}

/** Locks the instance row. */
export async function lockInstance({ db, locksRows }: SqlContext): Promise<InstanceRecord> {
  const row = await db
    .selectFrom("instance")
    .selectAll()
    .where("id", "=", 1)
    .$if(locksRows, (query) => query.forNoKeyUpdate())
    .executeTakeFirstOrThrow();
  return toInstance(row);
}

export async function setSetupCode(
  { db }: SqlContext,
  code: { readonly hash: Hash; readonly expiresAt: number },
): Promise<void> {
  await db
    .updateTable("instance")
    .set({ setup_code_hash: code.hash, setup_code_expires_at: code.expiresAt, setup_code_attempts: 0 })
    .where("id", "=", 1)
    .execute();
}

export async function countSetupAttempt({ db }: SqlContext): Promise<void> {
  await db
    .updateTable("instance")
    .set((row) => ({ setup_code_attempts: row("setup_code_attempts", "+", 1) }))
    .where("id", "=", 1)
    .execute();
}

export async function markSetUp({ db }: SqlContext, at: number): Promise<void> {
  await db
    .updateTable("instance")
    .set({ set_up_at: at, setup_code_hash: null, setup_code_expires_at: null, setup_code_attempts: 0 })
    .where("id", "=", 1)
    .where("set_up_at", "is", null)
    .execute();
}

function toInstance(row: InstanceRow): InstanceRecord {
  return {
    setupCodeHash: row.setup_code_hash,
    setupCodeExpiresAt: row.setup_code_expires_at,
    setupCodeAttempts: row.setup_code_attempts,
    setUpAt: row.set_up_at,
  };
}
