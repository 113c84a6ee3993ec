// Restores a backup: it replaces the database in one step, or nothing changes. Everything that the replaced database
// shows as ended since the backup is ended again. The replaced database is kept under another name.
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, linkSync, lstatSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BackupRefused, type Ending, type Restored, type RestoreOptions } from "../backup.ts";
import { HISTORY_TABLE } from "../migration.ts";
import { hasCurrentSchema, migrateSqlite } from "./migrate.ts";
import { checkCopy, copyDatabase, flushFile, removeDatabase } from "./backup.ts";
import { makeFolder, withoutLinks } from "./database.ts";
import { carryEndings, endWhatIsUnderWay, recordRestore, revokeEverything } from "./endings-since-backup.ts";
import { isBusy } from "./errors.ts";
import { identityAt } from "./file-guard.ts";

export async function restore(given: RestoreOptions): Promise<Restored> {
  // A link to the database stays a link, and its target is replaced.
  const isLink = lstatSync(given.file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const options = isLink ? { ...given, file: withoutLinks(given.file) } : given;
  const { file, backup } = options;
  if (!existsSync(backup)) throw new BackupRefused("file_missing", `there is no file ${backup}`);
  if (identityAt(backup) === identityAt(file)) throw new BackupRefused("own_file", `${backup} is the database itself`);
  makeFolder(dirname(file));
  const copy = `${file}.${randomBytes(6).toString("hex")}.restoring`;
  try {
    const problem = existsSync(file) ? foldLog(file) : "there is no database";
    await copyDatabase(backup, copy, options.onProgress).catch((error: unknown) => {
      throw new BackupRefused("backup_unreadable", `${backup} cannot be read: ${(error as Error).message}`);
    });
    const lastEventAt = checkCopy(copy, backup);
    await bringUpToDate(copy, backup);
    const { endings, revoked } = change(copy, options, problem);
    checkCopy(copy, backup);
    return { lastEventAt, endings, revoked, keptAs: swap(file, copy, options.now) };
  } finally {
    removeDatabase(copy);
  }
}

/** Proves that nobody uses the database, and moves its log into it. Returns why it cannot be read, or `null`. */
function foldLog(file: string): string | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file);
    // Any other connection, even of an idle server, keeps this one from getting the lock.
    database.exec("pragma locking_mode = exclusive; pragma journal_mode = delete; begin exclusive; commit");
    return hasCurrentSchema(database)
      ? null
      : "its schema is not that of this version: run mintmark-server migrate first";
  } catch (error) {
    if (isBusy(error)) {
      throw new BackupRefused(
        "database_in_use",
        `${file} is in use`,
        "stop the server, and every other program that has it open",
      );
    }
    return (error as Error).message;
  } finally {
    database?.close();
  }
}

async function bringUpToDate(copy: string, name: string): Promise<void> {
  const database = new DatabaseSync(copy);
  try {
    await migrateSqlite(database);
  } catch (error) {
    throw new BackupRefused("backup_unusable", `${name} cannot be used: ${(error as Error).message}`);
  } finally {
    database.close();
  }
}

function change(
  copy: string,
  { file, keepRevocations, revokeAll, isLower, now }: RestoreOptions,
  unreadable: string | null,
): { readonly endings: readonly Ending[] | null; readonly revoked: number } {
  const database = new DatabaseSync(copy);
  try {
    let problem = unreadable;
    if (problem === null) {
      database.prepare("attach ? as present").run(resolve(file));
      problem = whyNotLater(database);
    }
    database.exec("begin immediate");
    let endings: readonly Ending[] | null = null;
    try {
      if (problem === null) endings = carryEndings(database, { isLower, apply: keepRevocations });
    } catch (error) {
      problem = (error as Error).message;
      database.exec("rollback; begin immediate");
    }
    if (endings === null && keepRevocations && !revokeAll) throw nobodyCanSay(problem ?? "");
    endWhatIsUnderWay(database, now);
    const revoked = revokeAll ? revokeEverything(database, now) : 0;
    const ended = Object.fromEntries((endings ?? []).map(({ kind, count }) => [kind, count]));
    recordRestore(database, now, { endedAgain: keepRevocations && endings !== null ? ended : null, revoked });
    database.exec("commit");
    return { endings, revoked };
  } finally {
    database.close();
  }
}

/** Only the same instance after the backup knows what ended since, and neither a new one nor an older copy. */
function whyNotLater(database: DatabaseSync): string | null {
  const read = (text: string): number => Number(database.prepare(text).get()?.["at"] ?? 0);
  const bornAt = (name: string): number =>
    read(`select applied_at as at from ${name}.${HISTORY_TABLE} order by name limit 1`);
  if (bornAt("main") !== bornAt("present")) return "it belongs to another instance";
  const lastAt = (name: string): number => read(`select max(at) as at from ${name}.audit_events`);
  return lastAt("present") < lastAt("main") ? "it is older than the backup" : null;
}

function nobodyCanSay(problem: string): BackupRefused {
  return new BackupRefused(
    "endings_unknown",
    `what was revoked since the backup cannot be read from the present database: ${problem}`,
    "those tokens would work again; choose --revoke-all to revoke every token and key, or --no-keep-revocations to accept it",
  );
}

/** Renames the replaced database, and gives its name and owner to the copy. */
function swap(file: string, copy: string, now: number): string | null {
  const keptAs = existsSync(file) ? keep(file, now) : null;
  const { uid, gid } = statSync(keptAs ?? dirname(file));
  const own = statSync(copy);
  if (own.uid !== uid || own.gid !== gid) chownSync(copy, uid, gid);
  chmodSync(copy, 0o600);
  flushFile(copy);
  // SQLite would read a log that stayed beside another file into it.
  for (const suffix of ["-wal", "-shm", "-journal"]) rmSync(file + suffix, { force: true });
  renameSync(copy, file);
  flushFile(dirname(file));
  return keptAs;
}

/** Links the database under the first free name of this second, so that no earlier one is lost. */
function keep(file: string, now: number): string {
  const first = `${file}.before-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  let name = first;
  for (let next = 2; existsSync(name); next++) name = `${first}-${next}`;
  for (const suffix of ["", "-wal", "-shm", "-journal"]) {
    if (existsSync(file + suffix)) linkSync(file + suffix, name + suffix);
  }
  chmodSync(name, 0o600);
  return name;
}
