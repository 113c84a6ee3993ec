// The instance, which is the one row with id 1 that the first migration inserts: its set-up, and its admins.
import type { UserId } from "@mintmark/core";
import { sql } from "kysely";
import type { SqlContext } from "../context.ts";
import type { InstanceRow } from "./rows.ts";
import type { Hash } from "../values.ts";

export interface InstanceRecord {
  /** SHA-256 of the present set-up code; `null` when there is none or it was used. */
  readonly setupCodeHash: Hash | null;
  readonly setupCodeExpiresAt: number | null;
  /** Wrong attempts at the present code. */
  readonly setupCodeAttempts: number;
  /** When the first account was created. From then on nobody can set up the instance again. */
  readonly setUpAt: number | null;
}

export const instanceReads = { getInstance };

export const instanceWrites = {
  lockInstance,
  setSetupCode,
  countSetupAttempt,
  markSetUp,
  appointInstanceAdmin,
  dismissInstanceAdmin,
  countInstanceAdmins,
};

async function getInstance({ db }: SqlContext): Promise<InstanceRecord> {
  return toInstance(await db.selectFrom("instance").selectAll().where("id", "=", 1).executeTakeFirstOrThrow());
}

/** Locks the instance row. Every set-up, and every change that ends an instance admin, holds this lock. */
async function lockInstance({ db, locksRows }: SqlContext): Promise<InstanceRecord> {
  const row = await db
    .selectFrom("instance")
    .selectAll()
    .where("id", "=", 1)
    .$if(locksRows, (query) => query.forNoKeyUpdate())
    .executeTakeFirstOrThrow();
  return toInstance(row);
}

async function setSetupCode(
  { db }: SqlContext,
  code: { readonly hash: Hash; readonly expiresAt: number },
): Promise<void> {
  await db
    .updateTable("instance")
    .set({ setup_code_hash: code.hash, setup_code_expires_at: code.expiresAt, setup_code_attempts: 0 })
    .where("id", "=", 1)
    .execute();
}

async function countSetupAttempt({ db }: SqlContext): Promise<void> {
  await db
    .updateTable("instance")
    .set((row) => ({ setup_code_attempts: row("setup_code_attempts", "+", 1) }))
    .where("id", "=", 1)
    .execute();
}

/** Ends set-up for good and deletes the code. */
async function markSetUp({ db }: SqlContext, at: number): Promise<void> {
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

/** A user who is already an instance admin keeps the instant of that appointment. */
async function appointInstanceAdmin({ db }: SqlContext, id: UserId, at: number): Promise<void> {
  await db
    .updateTable("users")
    .set({ instance_admin_at: at })
    .where("id", "=", id)
    .where("instance_admin_at", "is", null)
    .where("deleted_at", "is", null)
    .execute();
}

async function dismissInstanceAdmin({ db }: SqlContext, id: UserId): Promise<void> {
  await db.updateTable("users").set({ instance_admin_at: null }).where("id", "=", id).execute();
}

/** Instance admins that are neither suspended nor deleted. Uses users_instance_admins. */
async function countInstanceAdmins({ db }: SqlContext): Promise<number> {
  const { admins } = await db
    .selectFrom("users")
    .select(sql<number>`count(*)`.as("admins"))
    .where("instance_admin_at", "is not", null)
    .where("suspended_at", "is", null)
    .where("deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return admins;
}
