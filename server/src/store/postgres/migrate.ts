// Applies what is pending in one transaction, under a lock that makes other processes wait; each then
// finds nothing left to do.
import { Client, type Pool } from "pg";
import { HISTORY_TABLE, isServable, pendingMigrations } from "../migration.ts";
import { DATABASE_TIME } from "./database-clock.ts";
import { isMissingTable, toStoreError } from "./errors.ts";
import { POSTGRES_MIGRATIONS } from "./migrations/index.ts";
import { CONNECT_MS } from "./pool.ts";

/** A number no other program is likely to lock: "mintmark" in ASCII, as a bigint. */
const LOCK_KEY = "7883954069019128427";

/** On a connection of its own, without the pool's limits: waiting for another process's migration is not silence. */
export async function migratePostgres(url: string): Promise<readonly string[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
  // A lost connection is reported by the statement that needed it; an unheard "error" would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
    return await applyPending(client);
  } catch (error) {
    throw toStoreError(error);
  } finally {
    // A transaction that is still open ends with its connection.
    await client.end();
  }
}

async function applyPending(client: Client): Promise<readonly string[]> {
  await client.query("begin; set local statement_timeout = 0; set local lock_timeout = 0");
  await client.query(`select pg_advisory_xact_lock(${LOCK_KEY})`);
  await client.query(
    `create table if not exists ${HISTORY_TABLE} (name text collate "C" primary key, applied_at bigint not null)`,
  );
  const pending = pendingMigrations(POSTGRES_MIGRATIONS, await appliedTo(client));
  for (const { name, sql } of pending) {
    await client.query(sql);
    await client.query(`insert into ${HISTORY_TABLE} (name, applied_at) values ($1, ${DATABASE_TIME})`, [name]);
  }
  await client.query("commit");
  return pending.map((migration) => migration.name);
}

/** Whether this build can serve: the schema is its own, or one that a later version made of it. */
export async function hasServableSchema(pool: Pool): Promise<boolean> {
  try {
    return isServable(POSTGRES_MIGRATIONS, await appliedTo(pool));
  } catch (error) {
    if (isMissingTable(error)) return false;
    throw error;
  }
}

async function appliedTo(source: Pool | Client): Promise<readonly string[]> {
  const { rows } = await source.query<{ name: string }>(`select name from ${HISTORY_TABLE} order by name`);
  return rows.map((row) => row.name);
}
