import { sql } from "kysely";
import type { AttemptRecord } from "../account-port.ts";
import type { AttemptRow } from "../tables.ts";
import type { SqlContext } from "./context.ts";

export async function findAttempts({ db }: SqlContext, key: string): Promise<AttemptRecord | null> {
  const row = await db.selectFrom("attempts").selectAll().where("key", "=", key).executeTakeFirst();
  return row === undefined ? null : toAttempts(row);
}

/**
 * One statement, so that no two attempts count as one: the second waits for the row of the first and
 * then sees its count.
 */
export async function countAttempt(
  { db }: SqlContext,
  key: string,
  windowMs: number,
  now: number,
): Promise<AttemptRecord> {
  const isOver = sql<boolean>`attempts.window_began_at <= ${now - windowMs}`;
  const row = await db
    .insertInto("attempts")
    .values({ key, count: 1, window_began_at: now, last_at: now })
    .onConflict((conflict) =>
      conflict.column("key").doUpdateSet({
        count: sql`case when ${isOver} then 1 else attempts.count + 1 end`,
        window_began_at: sql`case when ${isOver} then excluded.window_began_at else attempts.window_began_at end`,
        last_at: sql`case when attempts.last_at > excluded.last_at then attempts.last_at else excluded.last_at end`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return toAttempts(row);
}

export async function clearAttempts({ db }: SqlContext, key: string): Promise<void> {
  await db.deleteFrom("attempts").where("key", "=", key).execute();
}

/** By attempts_last. */
export async function forgetAttempts({ db }: SqlContext, before: number, except?: string): Promise<void> {
  const old = db.deleteFrom("attempts").where("last_at", "<", before);
  if (except === undefined) await old.execute();
  else await old.where(sql<string>`substr(key, 1, ${sql.lit(except.length)})`, "<>", except).execute();
}

function toAttempts(row: AttemptRow): AttemptRecord {
  return { count: row.count, since: row.window_began_at, lastAt: row.last_at };
}
