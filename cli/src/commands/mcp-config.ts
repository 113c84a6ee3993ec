import { type Command, Option } from "commander";
import { withHostOptions } from "../choose-login.ts";
import type { Context } from "../context.ts";
import type { ConfigOptions } from "../mcp-config/print-config.ts";

export function addMcpConfig(parent: Command, context: Context): void {
  withHostOptions(parent.command("config"))
    .description("print the file, command or link that connects an AI client to the host, without the token")
    .argument("[client]", "the client's id from --list")
    .option("--list", "list the clients")
    .addOption(
      new Option("--via <way>", "how the client gets the token (default: bridge)").choices([
        "bridge",
        "environment",
        "prompt",
      ]),
    )
    .option("--name <name>", "the server's name in the client (default: mintmark)")
    .option("--full-path", "start the bridge by full paths, for clients that do not find mintmark by its name")
    .option("--write", "write the entry to the client's file, if that loses nothing in it")
    .addHelpText(
      "after",
      "\nExamples:\n  mintmark mcp config --list\n  mintmark mcp config claude-desktop\n  mintmark mcp config claude-desktop --write\n  mintmark mcp config codex --via environment",
    )
    .action(async (client: string | undefined, options: ConfigOptions) => {
      const { printConfig } = await import("../mcp-config/print-config.ts");
      printConfig(context, client, options);
    });
}
