// Creates a database with long lists. The schema is the store's. The database generates the rows without the store, and
// with the indexes created at the end, because ten million calls of the store would take a day.
import { DatabaseSync } from "node:sqlite";
import { defaultPolicy } from "@mintmark/core";
import { Client } from "pg";
import { openPostgresStore } from "../../../server/src/store/postgres/open.ts";
import { openSqliteStore } from "../../../server/src/store/sqlite/open.ts";
import { fillStatements, POSTGRES, type Sizes, SQLITE } from "./rows.ts";

export async function fillSqlite(file: string, sizes: Sizes, now: number): Promise<void> {
  const store = await openSqliteStore({ file, defaultPolicy: defaultPolicy([]) });
  await store.migrate();
  await store.close();
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  // Without a log every page is written once. The server turns the log on again when it opens the file.
  database.exec("pragma journal_mode = off; pragma synchronous = off; pragma temp_store = memory");
  database.exec("pragma cache_size = -1000000; begin");
  const indexes = database
    .prepare("select name, sql from sqlite_master where type = 'index' and sql is not null")
    .all() as { name: string; sql: string }[];
  for (const { name } of indexes) database.exec(`drop index ${name}`);
  for (const statement of fillStatements(SQLITE, sizes, now)) database.exec(statement);
  for (const { sql } of indexes) database.exec(sql);
  database.exec("commit");
  database.close();
}

export async function fillPostgres(url: string, sizes: Sizes, now: number): Promise<void> {
  const store = await openPostgresStore({ url, defaultPolicy: defaultPolicy([]) });
  await store.migrate();
  await store.close();
  const client = new Client({ connectionString: url });
  await client.connect();
  // Triggers check foreign keys, and a replica does not run them.
  await client.query(
    "set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '512MB'",
  );
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where schemaname = 'public' and indexname not in (select conname from pg_constraint)`,
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  for (const statement of fillStatements(POSTGRES, sizes, now)) await client.query(statement);
  for (const { definition } of indexes) await client.query(definition);
  // PostgreSQL's autovacuum does the same within a minute.
  await client.query("vacuum analyze");
  await client.end();
}
