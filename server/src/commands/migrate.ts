import type { Command } from "commander";
import type { Running } from "@mintmark/terminal";
import { loadServerConfig, requireDatabase, useStore } from "./instance-store.ts";

interface MigrateOptions {
  readonly create?: boolean;
}

export function addMigrate(parent: Command, context: Running): void {
  parent
    .command("migrate")
    .description("bring the database's schema up to date; the server does the same when it starts")
    .option("--create", "create the SQLite database if there is none, as mintmark-server serve does")
    .action((options: MigrateOptions) => migrate(context, options));
}

/** Creates no database without `--create`, because a mistyped path would leave an empty one and look like success. */
async function migrate({ output }: Running, { create = false }: MigrateOptions): Promise<void> {
  const config = await loadServerConfig();
  if (!create) requireDatabase(config, "set MINTMARK_DATA to the file of the instance, or add --create");
  await useStore(config, async (store) => {
    const { applied } = await store.migrate();
    output.result({ applied }, () => {
      for (const name of applied) output.line(`Applied ${name}`);
      if (applied.length === 0) output.line("Nothing to apply: the schema is up to date");
    });
  });
}
