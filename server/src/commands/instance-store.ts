// Opens the database of the instance on this machine, for the commands of its operator. The modules of the server are
// loaded here and not before, so that the other commands start fast.
import { existsSync } from "node:fs";
import { titleOf } from "@mintmark/core";
import { asClause } from "@mintmark/core/reasons";
import { EXIT, Failure } from "@mintmark/terminal";
import type { Config } from "../config/config.ts";
import type { Store } from "../store/store.ts";

const WHERE_IT_IS = "set MINTMARK_DATA to the file of the instance, or start the server first";

/** Refuses when there is no database yet. Opening it would create one, possibly in the wrong place. */
export function requireDatabase({ database }: Config, hint: string = WHERE_IT_IS): void {
  if (database.kind !== "sqlite" || existsSync(database.file)) return;
  throw new Failure("store_missing", `there is no database at ${database.file}`, hint);
}

/** Refuses a database whose schema is older than this program. */
export async function requireMigrated(store: Store): Promise<void> {
  if ((await store.whyNotReady()) === null) return;
  throw new Failure("schema_outdated", "the database's schema is not up to date", "run mintmark-server migrate first");
}

/** Opens the configured store, lets `work` use it, and closes it. */
export async function useStore(config: Config, work: (store: Store) => Promise<void>): Promise<void> {
  const { openStore } = await import("../instance.ts");
  const { Refusal } = await import("../use-cases/use-case.ts");
  try {
    const store = await openStore(config);
    try {
      await work(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Refusal) throw new Failure(error.code, asClause(titleOf(error.code)), asClause(error.detail));
    throw new Failure("store_unusable", `cannot use the database: ${(error as Error).message}`, whereToLook(config));
  }
}

function whereToLook({ database }: Config): string {
  return database.kind === "sqlite"
    ? `check MINTMARK_DATA, which is ${database.file}`
    : "check DATABASE_URL, and that the database server runs";
}

/** The configuration that the server would run with. */
export async function loadServerConfig(): Promise<Config> {
  const { ConfigError, loadConfig } = await import("../config/config.ts");
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new Failure(
      "config_invalid",
      `the configuration cannot be used: ${error.problems.join("; ")}`,
      null,
      EXIT.usage,
    );
  }
}
