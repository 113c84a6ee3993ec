import type { Command } from "commander";
import { withHostOptions } from "../choose-login.ts";
import type { HostOptions } from "../choose-login.ts";
import type { Context } from "../context.ts";

export function addMcpBridge(parent: Command, context: Context): void {
  withHostOptions(parent.command("bridge"))
    .description(
      "run an MCP server for an AI client on this machine, which forwards its messages to the host with your token",
    )
    .addHelpText(
      "after",
      "\nAn AI client starts it, from a configuration entry that mintmark mcp config prints. Standard output carries the\nprotocol only. Errors go to standard error, and in the response to the client.\n\nExample:\n  mintmark mcp bridge --host https://mintmark.example.com",
    )
    .action(async (options: HostOptions) => {
      const { runBridge } = await import("../mcp-bridge/run-bridge.ts");
      context.finish(await runBridge(context, options));
    });
}
