import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addMcpBridge } from "./mcp-bridge.ts";
import { addMcpConfig } from "./mcp-config.ts";

export function addMcp(program: Command, context: Context): void {
  const mcp = program.command("mcp").description("connect AI clients");
  addMcpConfig(mcp, context);
  addMcpBridge(mcp, context);
}
