import type { Command } from "commander";
import type { Running } from "@mintmark/terminal";

export function addServe(parent: Command, context: Running): void {
  parent
    .command("serve")
    .description("run an instance until SIGTERM or Ctrl-C stops it")
    .addHelpText(
      "after",
      "\nThe configuration comes from the environment: MINTMARK_DATA or DATABASE_URL, MINTMARK_HOST,\nMINTMARK_PORT, MINTMARK_BASE_URL and others.\n\nExample:\n  MINTMARK_DATA=/var/lib/mintmark/mintmark.db mintmark-server serve",
    )
    .action(async () => {
      const { serve } = await import("../serve.ts");
      context.finish(await serve());
    });
}
