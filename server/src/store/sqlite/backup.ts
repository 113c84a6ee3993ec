// Makes a backup: one complete file with the database at one moment, while the server runs. One read transaction copies
// it page by page, so commits meanwhile neither stop the copy nor get into it.
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { backup as copyPages, DatabaseSync } from "node:sqlite";
import { type Backup, BackupRefused } from "../backup.ts";
import { HISTORY_TABLE } from "../migration.ts";
import { openForReading } from "./database.ts";
import { identityAt } from "./file-guard.ts";

/** Pages that are copied before other work gets its turn: 8 MB. */
const PAGES_AT_ONCE = 2048;

/** The files that SQLite keeps beside a database, and the reserve for a full disk. */
const BESIDE = ["-wal", "-shm", "-journal", ".reserve"] as const;

export async function backUp(
  file: string,
  target: string,
  { mayReplace, onProgress }: { readonly mayReplace: boolean; readonly onProgress: (done: number) => void },
): Promise<Backup> {
  refuseOwnFiles(file, target);
  if (!existsSync(dirname(target))) throw new BackupRefused("folder_missing", `there is no folder ${dirname(target)}`);
  if (!mayReplace && existsSync(target)) throw targetExists(target);
  const partial = `${target}.${randomBytes(6).toString("hex")}.partial`;
  try {
    await copyDatabase(file, partial, onProgress);
    const lastEventAt = checkCopy(partial, "the copy");
    flushFile(partial);
    if (mayReplace) renameSync(partial, target);
    else linkNew(partial, target);
    flushFile(dirname(resolve(target)));
    return { bytes: statSync(target).size, lastEventAt };
  } finally {
    removeDatabase(partial);
  }
}

/** Copies the database as it is now, including its log, to a new file that only this user can read. */
export async function copyDatabase(file: string, copy: string, onProgress: (done: number) => void): Promise<void> {
  // SQLite would give a new file the rights that the umask leaves.
  closeSync(openSync(copy, "wx", 0o600));
  const source = await openForReading(file);
  try {
    source.exec("begin");
    // From its first read on, the transaction sees what was committed before it.
    source.prepare("select count(*) from sqlite_schema").get();
    await copyPages(source, copy, {
      rate: PAGES_AT_ONCE,
      progress: ({ totalPages, remainingPages }) => onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages),
    });
    source.exec("rollback");
  } finally {
    source.close();
  }
}

/** Turns a copy into one file without a log, and checks every page of it. Returns when its last event happened. */
export function checkCopy(copy: string, name: string): number | null {
  const database = new DatabaseSync(copy);
  try {
    database.exec("pragma journal_mode = delete");
    const isOurs = database.prepare("select 1 from sqlite_schema where type = 'table' and name = ?").get(HISTORY_TABLE);
    if (isOurs === undefined) throw new BackupRefused("not_mintmark", `${name} is no database of Mintmark`);
    const [first] = database.prepare("pragma integrity_check(1)").all();
    if (first?.["integrity_check"] !== "ok") {
      throw new BackupRefused("database_damaged", `${name} is damaged: ${String(first?.["integrity_check"])}`);
    }
    const [orphan] = database.prepare("pragma foreign_key_check").all();
    if (orphan !== undefined) {
      throw new BackupRefused(
        "database_damaged",
        `${name} is damaged: a row of ${String(orphan["table"])} is orphaned`,
      );
    }
    const last = database.prepare("select max(at) as at from audit_events").get()?.["at"] ?? null;
    return last === null ? null : Number(last);
  } finally {
    database.close();
  }
}

/** Syncs a file or a folder, so that its content survives a loss of power. */
export function flushFile(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function removeDatabase(file: string): void {
  for (const suffix of ["", ...BESIDE]) rmSync(file + suffix, { force: true });
}

/** Takes the name in one step, and only if it is free. */
function linkNew(partial: string, target: string): void {
  try {
    linkSync(partial, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw targetExists(target);
    // Some file systems have no links. There, another process would have to take the name at this very moment.
    renameSync(partial, target);
  }
}

function targetExists(target: string): BackupRefused {
  return new BackupRefused("file_exists", `${target} exists`, "choose another name, or replace it with --force");
}

function refuseOwnFiles(file: string, target: string): void {
  const identity = identityAt(target);
  const isOwn = ["", ...BESIDE].some((suffix) => {
    const own = resolve(file + suffix);
    return own === resolve(target) || (identity !== null && identityAt(own) === identity);
  });
  if (isOwn) throw new BackupRefused("own_file", `${target} belongs to the database itself`, "choose another file");
}
