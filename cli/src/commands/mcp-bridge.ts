import type { Command } from "commander";
import { withHostOptions } from "../choose-login.ts";
import type { HostOptions } from "../choose-login.ts";
import type { Context } from "../context.ts";

export function addMcpBridge(parent: Command, context: Context): void {
  withHostOptions(parent.command("bridge"))
    .description("be an MCP server for an AI client on this machine: its messages go on to the host with your token")
    .addHelpText(
      "after",
      "\nAn AI client starts it, by an entry of its configuration that mintmark mcp config prints. Standard output\ncarries the protocol alone; what went wrong is on standard error, and in the answer to the client.\n\nExample:\n  mintmark mcp bridge --host https://mintmark.example.com",
    )
    .action(async (options: HostOptions) => {
      const { runBridge } = await import("../mcp-bridge/run-bridge.ts");
      context.finish(await runBridge(context, options));
    });
}
