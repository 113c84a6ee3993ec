import type { Command } from "commander";
import type { Running } from "@mintmark/terminal";
import { loadServerConfig, requireDatabase, requireMigrated, useStore } from "./instance-store.ts";

export function addSetupCode(parent: Command, context: Running): void {
  parent
    .command("setup-code")
    .description("print a new link that creates the first account, and revoke the previous link")
    .addHelpText(
      "after",
      "\nRun it on the server, with the configuration that the instance runs with. The link works once, for 24 hours.",
    )
    .action(() => printSetupLink(context));
}

async function printSetupLink({ output }: Running): Promise<void> {
  const config = await loadServerConfig();
  requireDatabase(config);
  const { renewSetupCode } = await import("../use-cases/admin/set-up.ts");
  await useStore(config, async (store) => {
    await requireMigrated(store);
    const code = await renewSetupCode({ store, clock: store.clock.now });
    // The link goes to standard output only, as it does when the server starts.
    const url = `${config.settings.baseUrl}/setup#code=${code.expose()}`;
    output.result({ url }, () => {
      output.line("Create the first account (works once, for 24 hours):");
      output.line(`  ${url}`);
    });
  });
}
