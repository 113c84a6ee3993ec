// Applies pending migrations in one transaction. The write lock makes other processes wait; each then finds nothing
// left to do. Foreign keys are checked once at the end: SQLite changes a table by making it again, and dropping the old
// one would break the references to it.
import type { DatabaseSync } from "node:sqlite";
import { HISTORY_TABLE, isCurrent, type Migration, pendingMigrations } from "../migration.ts";
import { whenUnlocked } from "./database.ts";
import { toStoreError } from "./errors.ts";
import { SQLITE_MIGRATIONS } from "./migrations/index.ts";

export async function migrateSqlite(
  database: DatabaseSync,
  migrations: readonly Migration[] = SQLITE_MIGRATIONS,
): Promise<readonly string[]> {
  try {
    // SQLite ignores this inside a transaction.
    database.exec("pragma foreign_keys = off");
    await whenUnlocked(() => database.exec("begin immediate"));
    database.exec(
      `create table if not exists ${HISTORY_TABLE} (name text primary key, applied_at integer not null) strict`,
    );
    const pending = pendingMigrations(migrations, appliedTo(database));
    const record = database.prepare(`insert into ${HISTORY_TABLE} (name, applied_at) values (?, ?)`);
    for (const { name, sql } of pending) {
      database.exec(sql);
      record.run(name, Date.now());
    }
    if (pending.length > 0) assertForeignKeys(database);
    database.exec("commit");
    return pending.map((migration) => migration.name);
  } catch (error) {
    if (database.isOpen && database.isTransaction) database.exec("rollback");
    throw toStoreError(error);
  } finally {
    if (database.isOpen) database.exec("pragma foreign_keys = on");
  }
}

function assertForeignKeys(database: DatabaseSync): void {
  const [violation] = database.prepare("pragma foreign_key_check").all();
  if (violation === undefined) return;
  throw new Error(`a row of ${String(violation["table"])} refers to one that is not there; nothing was changed`);
}

export function hasCurrentSchema(database: DatabaseSync): boolean {
  try {
    return isCurrent(SQLITE_MIGRATIONS, appliedTo(database));
  } catch {
    return false;
  }
}

function appliedTo(database: DatabaseSync): readonly string[] {
  const rows = database.prepare(`select name from ${HISTORY_TABLE} order by name`).all();
  return rows.map((row) => String(row["name"]));
}
