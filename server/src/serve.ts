// Runs one instance until a signal ends it. Prints its address and, for an empty instance, the link to create the first
// account. Ends gracefully on SIGTERM, SIGINT, or when the npm process that started it ends.
import process from "node:process";
import type { Secret } from "@mintmark/core";
import { ConfigError, type Config, loadConfig } from "./config/config.ts";
import { isRunByNpm } from "./config/environment.ts";
import { createInstance, type Instance } from "./instance.ts";
import { startSetup } from "./use-cases/admin/set-up.ts";
import { type Outage, StorageFull, StoreUnavailable } from "./store/store.ts";

const PARENT_WATCH_MS = 500;
/** When both the terminal and npm forward one Ctrl-C, the process gets it twice. */
const ONE_SIGNAL_MS = 500;
/** After the grace: time to finish requests and write pending data. */
const LONGEST_END_MS = 20_000;

/** How long to wait for the database, which may be starting at the same time. */
const DATABASE_PATIENCE_MS = 60_000;

/**
 * Serves until a signal ends it. Returns the exit code: 0; 1 when the instance cannot run; 2 when the configuration is
 * wrong.
 */
export async function serve(): Promise<number> {
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`mintmark: error: ${error.message}\n`);
    return 2;
  }
  // A full disk or a closed pipe behind standard output must not end the server.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  let instance: Instance | null = null;
  let setupCode: Secret | null;
  try {
    instance = await createInstance(config, {
      databasePatienceMs: DATABASE_PATIENCE_MS,
      onWaiting: ({ message }) =>
        process.stderr.write(`mintmark: waiting for ${databaseName(config)} for up to 60 seconds: ${message}\n`),
    });
    await instance.listen();
    // An instance whose database rejects this write must not report that it is ready. An instance that cannot listen
    // must not replace the code that another has printed.
    setupCode = await startSetup(instance.deps);
  } catch (error) {
    await instance?.close().catch(() => {});
    process.stderr.write(`mintmark: error: ${startProblem(error, config)}\n`);
    return 1;
  }
  // Installed before the address is printed, so that even the earliest signal ends the instance gracefully.
  const end = endOfRun();
  announce(instance, setupCode);
  for (const warning of config.warnings) process.stderr.write(`mintmark: warning: ${warning}\n`);
  const signal = await end;
  const graceMs = signal === "SIGTERM" ? config.shutdownGraceMs : 0;
  // Bounds the shutdown, even when the database hangs.
  setTimeout(() => process.exit(1), graceMs + LONGEST_END_MS).unref();
  await instance.close(graceMs);
  return 0;
}

function announce({ deps }: Instance, code: Secret | null): void {
  const { baseUrl } = deps.settings;
  process.stdout.write(`Mintmark is ready at ${baseUrl}\n`);
  if (code === null) return;
  // The only place that prints the set-up code: standard output, never the log.
  process.stdout.write(
    `Create the first account (works once, for 24 hours):\n  ${baseUrl}/setup#code=${code.expose()}\n`,
  );
}

/** The reason why an instance does not start and what to do, for standard error. */
export function startProblem(error: unknown, config: Config): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return `port ${config.port} of ${config.host} is in use\nmintmark: hint: set MINTMARK_PORT to a free port`;
  if (code === "EACCES")
    return `port ${config.port} of ${config.host} is not permitted\nmintmark: hint: set MINTMARK_PORT to a port above 1023`;
  if (error instanceof StorageFull)
    return `cannot start: the disk under ${databaseName(config)} is full\nmintmark: hint: free at least 32 MB, then start again`;
  if (error instanceof StoreUnavailable) {
    const hint =
      config.database.kind === "sqlite" ? "check MINTMARK_DATA and the owner of the file" : OUTAGE_HINTS[error.outage];
    return `cannot start: ${databaseName(config)}: ${message}\nmintmark: hint: ${hint}`;
  }
  return `cannot start: ${message}`;
}

const OUTAGE_HINTS: Readonly<Record<Outage, string>> = {
  unreachable: "check DATABASE_URL, and that the database server runs",
  read_only: "set DATABASE_URL to the primary",
  refused: "check the role, the password and the database in DATABASE_URL",
  not_durable: "set fsync = on in the settings of PostgreSQL",
  pooler: "set the pooler to session mode, or set DATABASE_URL to PostgreSQL itself",
};

/** Where the database is. It omits the role and password in the URL. */
function databaseName({ database }: Config): string {
  if (database.kind === "sqlite") return database.file;
  return `PostgreSQL at ${URL.parse(database.url)?.host ?? "the host in DATABASE_URL"}`;
}

/**
 * Resolves at the first SIGTERM or SIGINT, with its name. A second signal ends the process at once. npm passes signals
 * only to its shell. If npm itself ends, this process would continue unnoticed, so it also watches for the end of its
 * parent.
 */
export function endOfRun(): Promise<"SIGTERM" | "SIGINT"> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        if (firstAt !== null && performance.now() - firstAt > ONE_SIGNAL_MS) process.exit(1);
        firstAt ??= performance.now();
        resolve(signal);
      });
    }
    if (!isRunByNpm()) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve("SIGTERM");
    }, PARENT_WATCH_MS).unref();
  });
}
