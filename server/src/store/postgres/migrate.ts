// Applies pending migrations while replicas of the previous version keep serving. Each statement is a step: a short
// transaction, or no transaction where PostgreSQL builds an index concurrently. A step waits for a lock only for
// moments, because later statements would queue behind it, and is then tried again. A run that was killed continues
// where it stopped. CONTRIBUTING.md says how to write a migration for this.
import { setTimeout } from "node:timers/promises";
import { Client, type Pool } from "pg";
import { HISTORY_TABLE, isServable, type Migration, pendingMigrations } from "../migration.ts";
import { isLockTimeout, isMissingTable, toStoreError } from "./errors.ts";
import { POSTGRES_MIGRATIONS } from "./migrations/index.ts";
import { CONNECT_MS } from "./pool.ts";
import { DATABASE_TIME, PROVE } from "./primary.ts";

/** A number that no other program is likely to lock: "mintmark" in ASCII, as a bigint. */
const LOCK_KEY = "7883954069019128427";

/** The table of how many steps of the present migration are done. */
const STEPS_TABLE = "schema_migration_steps";

const TURN_MS = 100;
/** Too short for a verification to notice. */
const STEP_LOCK_TIMEOUT = "100ms";
const STEP_PATIENCE_MS = 300_000;

/**
 * Applies pending migrations on a separate connection, without the limits of the pool: a wait for another process's
 * migration is not silence. Returns the names of those that it applied.
 */
export async function migratePostgres(
  url: string,
  migrations: readonly Migration[] = POSTGRES_MIGRATIONS,
): Promise<readonly string[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
  // The statement that needed a lost connection reports it. An "error" event without a listener would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(`${PROVE}; set statement_timeout = 0; set lock_timeout = 0`);
    await takeTurn(client);
    return await applyPending(client, migrations);
  } catch (error) {
    throw toStoreError(error);
  } finally {
    // An open transaction ends with its connection, and so does the turn.
    await client.end();
  }
}

/** Asks again and again: a statement that waited would block building an index, which waits for all statements. */
async function takeTurn(client: Client): Promise<void> {
  const ask = `select pg_try_advisory_lock(${LOCK_KEY}) as taken`;
  while ((await client.query<{ taken: boolean }>(ask)).rows[0]?.taken !== true) await setTimeout(TURN_MS);
}

async function applyPending(client: Client, migrations: readonly Migration[]): Promise<readonly string[]> {
  await client.query(
    `create table if not exists ${HISTORY_TABLE} (name text collate "C" primary key, applied_at bigint not null)`,
  );
  const applied = await appliedTo(client);
  const pending = pendingMigrations(migrations, applied);
  if (applied.length === 0) await applyToEmpty(client, pending);
  else await applyAllBesideOthers(client, pending);
  return pending.map(({ name }) => name);
}

/** Nobody serves from a database without a schema: all at once, or nothing. */
async function applyToEmpty(client: Client, pending: readonly Migration[]): Promise<void> {
  await client.query("begin");
  for (const { name, sql } of pending) {
    await client.query(sql);
    await client.query(RECORD, [name]);
  }
  await client.query("commit");
}

const RECORD = `insert into ${HISTORY_TABLE} (name, applied_at) values ($1, ${DATABASE_TIME})`;

async function applyAllBesideOthers(client: Client, pending: readonly Migration[]): Promise<void> {
  if (pending.length === 0) return;
  await client.query(
    `create table if not exists ${STEPS_TABLE} (name text collate "C" primary key, done integer not null)`,
  );
  for (const migration of pending) await applyBesideOthers(client, migration);
  await client.query(`drop table ${STEPS_TABLE}`);
}

async function applyBesideOthers(client: Client, { name, sql }: Migration): Promise<void> {
  const { rows } = await client.query<{ done: number }>(`select done from ${STEPS_TABLE} where name = $1`, [name]);
  const steps = stepsOf(sql);
  for (let step = rows[0]?.done ?? 0; step < steps.length; step++) {
    await run(client, steps[step] as string, async () => {
      await client.query(
        `insert into ${STEPS_TABLE} (name, done) values ($1, $2) on conflict (name) do update set done = excluded.done`,
        [name, step + 1],
      );
    });
  }
  await client.query(RECORD, [name]);
}

/** The statements of a migration: each ends in a semicolon, outside quotes and the bodies of functions. */
export function stepsOf(sql: string): readonly string[] {
  const code = sql.replaceAll(/^\s*--.*$/gm, "");
  const statements = code.match(/(?:\$\$[\s\S]*?\$\$|'[^']*'|[^;$'])+/g) ?? [];
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== "");
}

async function run(client: Client, step: string, record: () => Promise<void>): Promise<void> {
  const index = /^(create (?:unique )?index|drop index) (\w+)/.exec(step);
  if (index !== null) {
    await runConcurrently(client, step, index[1] as string, index[2] as string);
    return record();
  }
  // Each batch is a separate transaction, and the last one changes nothing.
  const isBatched = step.startsWith("with batch as");
  for (;;) {
    const changed = await inShortTransaction(client, step, isBatched ? null : record);
    if (!isBatched) return;
    if (changed === 0) return record();
  }
}

async function inShortTransaction(client: Client, step: string, record: (() => Promise<void>) | null): Promise<number> {
  const deadline = performance.now() + STEP_PATIENCE_MS;
  for (let pauseMs = TURN_MS; ; pauseMs = Math.min(2 * pauseMs, 2_000)) {
    try {
      await client.query(`begin; set local lock_timeout = '${STEP_LOCK_TIMEOUT}'`);
      const { rowCount } = await client.query(step);
      await record?.();
      await client.query("commit");
      return rowCount ?? 0;
    } catch (error) {
      await client.query("rollback");
      if (!isLockTimeout(error) || performance.now() > deadline) throw error;
    }
    await setTimeout(pauseMs);
  }
}

/** An index that a killed run left half-built serves nobody; it is dropped and built anew. */
async function runConcurrently(client: Client, step: string, verb: string, name: string): Promise<void> {
  if (verb === "drop index") {
    await client.query(`drop index concurrently if exists ${name}`);
    return;
  }
  const { rows } = await client.query<{ indisvalid: boolean }>(
    "select indisvalid from pg_index where indexrelid = to_regclass($1)",
    [name],
  );
  if (rows[0]?.indisvalid === true) return;
  if (rows[0] !== undefined) await client.query(`drop index concurrently ${name}`);
  await client.query(`${verb} concurrently ${step.slice(verb.length)}`);
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
