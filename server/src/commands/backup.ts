// Backs up and restores the database of the instance on this machine. Both commands are for SQLite. PostgreSQL has its
// own programs, and a restore with them also makes revoked tokens active again.
import { missingPermissions } from "@mintmark/core";
import type { Command } from "commander";
import { Failure, type Output, type Running } from "@mintmark/terminal";
import type { Config } from "../config/config.ts";
import type { Backups, Restored } from "../store/store.ts";
import { loadServerConfig, requireDatabase } from "./instance-store.ts";

interface BackupOptions {
  readonly force?: boolean;
}

interface RestoreOptions {
  readonly keepRevocations: boolean;
  readonly revokeAll?: boolean;
}

export function addBackup(parent: Command, context: Running): void {
  parent
    .command("backup <file>")
    .description("copy the instance's SQLite database to a file, even while the server runs")
    .option("--force", "replace the file if it exists")
    .addHelpText(
      "after",
      "\nRun it on the server, with the configuration of the instance. The command checks the file, and leaves none if\nanything fails. Only the user who runs the command can read it.\n\nExample:\n  mintmark-server backup /var/backups/mintmark.db",
    )
    .action((file: string, options: BackupOptions) => backUpTo(context, file, options));
}

export function addRestore(parent: Command, context: Running): void {
  parent
    .command("restore <file>")
    .description("put a backup in the place of the instance's SQLite database; the server must be stopped")
    .option(
      "--no-keep-revocations",
      "restore everything as it was in the backup, and do not repeat later revocations and removals",
    )
    .option("--revoke-all", "revoke every token, API key and management key")
    .addHelpText(
      "after",
      "\nTokens that were revoked after the backup would work again, so the command ends again everything that the current\ndatabase shows as ended. If the current database is missing or cannot be read, choose one of the two options. Every\nsession ends. The command keeps the current database under another name.\n\nExample:\n  mintmark-server restore /var/backups/mintmark.db",
    )
    .action((file: string, options: RestoreOptions) => restoreFrom(context, file, options));
}

async function backUpTo({ output, stderr }: Running, target: string, { force = false }: BackupOptions): Promise<void> {
  const config = await loadServerConfig();
  const { file, backUp } = await backupsOf(config, "pg_dump, or the snapshots that your database service makes");
  requireDatabase(config);
  const progress = progressAt(stderr, output.json);
  const { bytes, lastEventAt } = await asFailures(file, () =>
    backUp(file, target, { mayReplace: force, onProgress: progress.show }),
  );
  progress.clear();
  output.result({ file: target, bytes, lastEventAt: instant(lastEventAt) }, () => {
    output.line(`Backed up ${file} to ${target} (${megabytes(bytes)})`);
    output.line("Restore it with mintmark-server restore, which repeats the revocations made after this backup");
  });
}

async function restoreFrom(
  { output, stderr }: Running,
  backup: string,
  { keepRevocations, revokeAll = false }: RestoreOptions,
): Promise<void> {
  const config = await loadServerConfig();
  const { file, restore } = await backupsOf(
    config,
    "pg_restore, then revoke the tokens again that were revoked since the dump",
  );
  const { catalogue } = config;
  const progress = progressAt(stderr, output.json);
  const restored = await asFailures(file, () =>
    restore({
      file,
      backup,
      keepRevocations,
      revokeAll,
      isLower: ({ from, to }) =>
        missingPermissions(catalogue.permissionsOf(to), catalogue.permissionsOf(from)).length === 0,
      now: Date.now(),
      onProgress: progress.show,
    }),
  );
  progress.clear();
  const { lastEventAt, endings, revoked, keptAs } = restored;
  const applied = keepRevocations && endings !== null;
  output.result({ file, keptAs, lastEventAt: instant(lastEventAt), endings, endedAgain: applied, revoked }, () => {
    output.line(`Restored ${file} from ${backup}`);
    output.line(`Last event in the backup: ${instant(lastEventAt) ?? "none"}`);
    if (keptAs !== null) output.line(`Replaced database: ${keptAs}`);
    if (applied) {
      output.line(
        endings.length === 0 ? "Nothing had ended since the backup" : "Ended since the backup, and ended again:",
      );
      for (const { kind, count, names } of endings) output.line(`  ${count} ${kind}${listed(names, count)}`);
    }
    if (revokeAll) output.line(`Tokens and API keys revoked: ${revoked}`);
    output.line("All sessions were ended: everyone must sign in again");
  });
  if (!applied && !revokeAll) warnOfRevived(output, endings);
}

/** Warns of everything that the restore makes active again. */
function warnOfRevived(output: Output, endings: Restored["endings"]): void {
  if (endings === null) {
    output.warning(
      "revived",
      "tokens that were revoked since the backup work again, and the command cannot tell which",
    );
    return;
  }
  for (const { kind, count, names } of endings) {
    output.warning("revived", `undone by this restore: ${count} ${kind}${listed(names, count)}`);
  }
}

function listed(names: readonly string[], count: number): string {
  if (names.length === 0) return "";
  return `: ${names.join(", ")}${count > names.length ? " and others" : ""}`;
}

async function backupsOf(config: Config, instead: string): Promise<Backups & { readonly file: string }> {
  const { openBackups } = await import("../instance.ts");
  const backups = await openBackups(config);
  if (backups !== null) return backups;
  throw new Failure("not_sqlite", "this instance keeps its state in PostgreSQL", `use ${instead}`);
}

/** Runs the work and turns errors into failures of the command. */
async function asFailures<T>(file: string, work: () => Promise<T>): Promise<T> {
  const { BackupRefused } = await import("../store/store.ts");
  try {
    return await work();
  } catch (error) {
    if (error instanceof BackupRefused) throw new Failure(error.code, error.message, error.hint);
    throw new Failure(
      "backup_failed",
      `nothing was changed: ${(error as Error).message}`,
      `check the files, and that there is enough disk space next to ${file}`,
    );
  }
}

/** Shows the progress to a person at a terminal. A small database is finished before there is any progress to show. */
function progressAt(stderr: Running["stderr"], json: boolean): { show: (done: number) => void; clear: () => void } {
  if (stderr.isTTY !== true || json) return { show: () => {}, clear: () => {} };
  let shown = "";
  return {
    show(done) {
      const text = `${Math.floor(done * 100)} %`;
      if (text !== shown) stderr.write(`\r${(shown = text)}`);
    },
    clear: () => void (shown !== "" && stderr.write("\r\u001b[K")),
  };
}

function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
