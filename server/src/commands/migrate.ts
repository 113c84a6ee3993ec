import type { Command } from "commander";
import type { Running } from "@mintmark/terminal";
import { loadServerConfig, useStore } from "./instance-store.ts";

export function addMigrate(parent: Command, context: Running): void {
  parent
    .command("migrate")
    .description("bring the database's schema up to date; the server does the same when it starts")
    .action(async () => {
      const { output } = context;
      await useStore(await loadServerConfig(), async (store) => {
        const { applied } = await store.migrate();
        output.result({ applied }, () => {
          for (const name of applied) output.line(`Applied ${name}`);
          if (applied.length === 0) output.line("Nothing to apply: the schema is up to date");
        });
      });
    });
}
