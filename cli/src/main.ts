// The `mintmark` command, which bin/mintmark.mjs starts. commands/ holds one command per file, run.ts turns arguments
// into an exit code, and only this file touches the process.
// Rule: commands reach an instance through its public HTTP API. The commands that open its database are in
// @mintmark/server, and this file calls them.
// Deliberately absent: a token as an argument or an option, anywhere.
import process from "node:process";
import { endAtOnce } from "@mintmark/terminal";
import { loadCliConfig, nameSessionBus, withholdSecrets } from "./config.ts";
import { useProxies } from "./exchange.ts";
import { run } from "./run.ts";
import { isForServer, loadServer } from "./server-commands.ts";

export async function main(args: readonly string[]): Promise<void> {
  const config = loadCliConfig();
  withholdSecrets();
  nameSessionBus();
  const server = isForServer(args) ? await loadServer() : null;
  if (server !== null) return server.main(args);
  endAtOnce("mintmark", args);
  useProxies(config.proxies);
  process.exitCode = await run(args, config, process);
}
