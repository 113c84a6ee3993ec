// The rows of an instance's database, past the store: whether anything changed, and back to how it was.
// What a refused request may leave behind is left out: counted attempts, that a credential was seen, and the number of the
// event that says so.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import type { TestInstance } from "./instance.ts";

const COUNTERS = /^(attempts$|credential_|.*_use_|event_(clock|numbers)$)/;
/** When and where from something was last seen. */
const SEEN = /^(last_\w+|sessions\.(ip|user_agent)|webhooks\.read_to)$/;
/** What is audited is a change: all but uses and denials, which are not. */
const CHANGES_ONLY = "where outcome = 'ok' and action not like '%.used'";

export interface DatabaseState {
  /** The tables that hold other rows than when the state was opened, of those that a refused request may not touch. */
  changed(): Promise<readonly string[]>;
  /** Puts every row back to how it was when the state was opened. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

export function openDatabaseState(instance: TestInstance): Promise<DatabaseState> {
  return instance.databaseUrl === null
    ? Promise.resolve(openSqlite(join(instance.folder, "mintmark.db")))
    : openPostgres(instance.databaseUrl);
}

/** The tables with a row that contains the text, in upper or lower case. */
export async function tablesWith(instance: TestInstance, text: string): Promise<readonly string[]> {
  const has = (rows: readonly unknown[]): boolean =>
    JSON.stringify(rows, bytesAsHex).toLowerCase().includes(text.toLowerCase());
  if (instance.databaseUrl === null) {
    const database = new DatabaseSync(join(instance.folder, "mintmark.db"), { readOnly: true });
    const tables = namesOf(database.prepare("select name from sqlite_master where type = 'table'"));
    const found = tables.filter((table) => {
      const statement = database.prepare(`select * from ${table}`);
      statement.setReadBigInts(true);
      return has(statement.all());
    });
    database.close();
    return found;
  }
  const client = new Client({ connectionString: instance.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  );
  const found: string[] = [];
  for (const { name } of rows)
    if (has((await client.query(`select row::text from public.${name} row`)).rows)) found.push(name);
  await client.end();
  return found;
}

function openSqlite(file: string): DatabaseState {
  const database = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: false });
  database.exec("pragma synchronous = off; attach ':memory:' as kept");
  const tables = namesOf(
    database.prepare(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name <> 'schema_migrations' order by name",
    ),
  );
  // Without generated columns, which cannot be written.
  const columns = new Map(
    tables.map((table) => [table, namesOf(database.prepare(`pragma table_info(${table})`)).join(", ")]),
  );
  for (const table of tables)
    database.exec(`create table kept.${table} as select ${columns.get(table)} from main.${table}`);
  const selects = tables
    .filter((table) => !COUNTERS.test(table))
    .map((table) => {
      const rows = table === "audit_events" ? CHANGES_ONLY : "";
      const lasting = lastingOf(table, columns.get(table) ?? "");
      const statement = database.prepare(`select ${lasting} from main.${table} ${rows}`);
      // Keys made of a hash are numbers of 64 bits.
      statement.setReadBigInts(true);
      return { table, rows: statement };
    });
  const version = database.prepare("pragma data_version");
  const digestNow = (): Digests =>
    Object.fromEntries(
      selects.map(({ table, rows }) => [
        table,
        createHash("sha256").update(JSON.stringify(rows.all(), bytesAsHex)).digest("hex"),
      ]),
    );
  const back = tables.map(
    (table) =>
      `delete from main.${table}; insert into main.${table} (${columns.get(table)}) select * from kept.${table}`,
  );
  const versionNow = (): unknown => version.get()?.["data_version"];
  // Nobody else has committed anything while the version stands still.
  const kept = digestNow();
  let keptVersion = versionNow();
  return {
    changed: () => Promise.resolve(versionNow() === keptVersion ? [] : differing(kept, digestNow())),
    restore: async () => {
      if (versionNow() === keptVersion) return;
      await beginImmediate(database);
      database.exec(`${back.join("; ")}; commit`);
      // A commit of this connection does not change the version.
      keptVersion = versionNow();
    },
    close: () => Promise.resolve(database.close()),
  };
}

const SQLITE_BUSY = 5;
const BUSY_MS = 60_000;

/**
 * Begins a transaction once the instance has ended its own. The instance runs in this process, so SQLite's own way of
 * waiting would keep it from ever getting there.
 */
async function beginImmediate(database: DatabaseSync): Promise<void> {
  for (const deadline = Date.now() + BUSY_MS; ;) {
    try {
      return database.exec("begin immediate");
    } catch (error) {
      const isBusy = error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
      if (!isBusy || Date.now() > deadline) throw error;
      await pause(1);
    }
  }
}

/** The columns, of those of the table, that being used does not change. */
function lastingOf(table: string, columns: string): string {
  return columns
    .split(", ")
    .filter((column) => !SEEN.test(column) && !SEEN.test(`${table}.${column}`))
    .join(", ");
}

type Digests = Readonly<Record<string, string>>;

function differing(before: Digests, now: Digests): readonly string[] {
  return Object.keys(before).filter((table) => before[table] !== now[table]);
}

function namesOf(statement: ReturnType<DatabaseSync["prepare"]>): readonly string[] {
  return statement.all().map((row) => String(row["name"]));
}

function bytesAsHex(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}

async function openPostgres(url: string): Promise<DatabaseState> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string; columns: string }>(
    `select relname as name, string_agg(attname, ', ' order by attnum) as columns
     from pg_class join pg_attribute on attrelid = pg_class.oid
     where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_migrations'
       and attnum > 0 and not attisdropped and attgenerated = ''
     group by relname order by relname`,
  );
  const columns = new Map(rows.map((row) => [row.name, row.columns]));
  const tables = rows.map(({ name }) => name);
  const keep = tables.map((table) => `create table kept.${table} as select ${columns.get(table)} from public.${table}`);
  await client.query(`create schema kept; ${keep.join("; ")}`);
  const digests = tables
    .filter((table) => !COUNTERS.test(table))
    .map(
      (table) =>
        `select '${table}' as name, md5(coalesce(string_agg(row::text, '|' order by row::text), '')) as digest
         from (select ${lastingOf(table, columns.get(table) ?? "")} from public.${table} ${table === "audit_events" ? CHANGES_ONLY : ""}) row`,
    )
    .join(" union all ");
  const back = tables.map(
    (table) =>
      `delete from public.${table};
       insert into public.${table} (${columns.get(table)}) overriding system value select * from kept.${table}`,
  );
  const digestNow = async (): Promise<Digests> => {
    const answer = await client.query<{ name: string; digest: string }>(digests);
    return Object.fromEntries(answer.rows.map((row) => [row.name, row.digest]));
  };
  const kept = await digestNow();
  return {
    changed: async () => differing(kept, await digestNow()),
    restore: async () => {
      // Foreign keys are not asked in a replica's role, so the order of tables does not matter.
      await client.query(`begin; set local session_replication_role = replica; ${back.join("; ")}; commit`);
    },
    close: async () => {
      await client.query("drop schema kept cascade");
      await client.end();
    },
  };
}
