// Runs one instance until it is told to end: prints where it is and, on an empty instance, the link that
// makes the first account; ends gracefully on SIGTERM, SIGINT, or when the npm that started it is gone.
import process from "node:process";
import type { Secret } from "@mintmark/core";
import { ConfigError, type Config, loadConfig } from "./config/config.ts";
import { isRunByNpm } from "./config/surroundings.ts";
import { createInstance, type Instance } from "./instance.ts";
import { startSetup } from "./use-cases/admin/set-up.ts";
import { type Outage, StorageFull, StoreUnavailable } from "./store/store.ts";

const PARENT_WATCH_MS = 500;
/** One Ctrl-C arrives twice where the terminal and npm both send it. */
const ONE_SIGNAL_MS = 500;
/** After the grace: requests under way, and what is then still to be written. */
const LONGEST_END_MS = 20_000;

/** For how long a database that does not answer is waited for: it may be starting beside this process. */
const DATABASE_PATIENCE_MS = 60_000;

/** Serves until it is told to end and answers the exit code: 0, 1 when it cannot run, 2 when the configuration is wrong. */
export async function serve(): Promise<number> {
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`mintmark: error: ${error.message}\n`);
    return 2;
  }
  // What is printed may go to a file on a full disk, or to a reader that is gone: that ends no server.
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
    // An instance that cannot write this must not say that it is ready; one that cannot listen must not end the code
    // that another has printed.
    setupCode = await startSetup(instance.deps);
  } catch (error) {
    await instance?.close().catch(() => {});
    process.stderr.write(`mintmark: error: ${startProblem(error, config)}\n`);
    return 1;
  }
  // Before anybody can know that it runs: a signal sent at that moment ends it as gracefully as any later one.
  const end = endOfRun();
  announce(instance, setupCode);
  const signal = await end;
  const graceMs = signal === "SIGTERM" ? config.shutdownGraceMs : 0;
  // Whatever hangs, such as a database that does not answer, the end is bounded.
  setTimeout(() => process.exit(1), graceMs + LONGEST_END_MS).unref();
  await instance.close(graceMs);
  return 0;
}

function announce({ deps }: Instance, code: Secret | null): void {
  const { baseUrl } = deps.settings;
  process.stdout.write(`Mintmark is ready at ${baseUrl}\n`);
  if (code === null) return;
  // The one place where the set-up code is shown: standard output, never the log.
  process.stdout.write(
    `Create the first account (works once, for 24 hours):\n  ${baseUrl}/setup#code=${code.expose()}\n`,
  );
}

/** Why an instance does not start, and what to do, for standard error. */
export function startProblem(error: unknown, config: Config): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return `port ${config.port} of ${config.host} is in use\nmintmark: hint: set MINTMARK_PORT to a free one`;
  if (code === "EACCES")
    return `port ${config.port} of ${config.host} may not be used\nmintmark: hint: set MINTMARK_PORT to one above 1023`;
  if (error instanceof StorageFull)
    return `cannot start: the disk under ${databaseName(config)} is full\nmintmark: hint: free some of it, 32 MB at least, then start again`;
  if (error instanceof StoreUnavailable) {
    const hint =
      config.database.kind === "sqlite" ? "check MINTMARK_DATA, and who owns the file" : OUTAGE_HINTS[error.outage];
    return `cannot start: ${databaseName(config)}: ${message}\nmintmark: hint: ${hint}`;
  }
  return `cannot start: ${message}`;
}

const OUTAGE_HINTS: Readonly<Record<Outage, string>> = {
  unreachable: "check DATABASE_URL, and that the database server runs",
  read_only: "set DATABASE_URL to the primary",
  refused: "check the role, the password and the database in DATABASE_URL",
  pooler: "set the pooler to session mode, or set DATABASE_URL to PostgreSQL itself",
};

/** Where the database is, without the role and password in its URL. */
function databaseName({ database }: Config): string {
  if (database.kind === "sqlite") return database.file;
  return `PostgreSQL at ${URL.parse(database.url)?.host ?? "the host in DATABASE_URL"}`;
}

/**
 * Resolves at the first SIGTERM or SIGINT, with its name; a second one ends the process at once. npm passes those on
 * to its shell only; when npm itself dies otherwise, this process would go on unseen, so under npm it watches for its
 * parent's end as well.
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
