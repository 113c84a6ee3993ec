// The tree of all commands, outside of a run of any.
import process from "node:process";
import { loadCliConfig } from "../../config/cli-config.ts";
import { type CommandNode, describeCommand } from "../command-tree.ts";
import { ExpiryWarning } from "../expiry-warning.ts";
import { Output } from "../output.ts";
import { createProgram } from "../program.ts";

export async function allCommands(): Promise<CommandNode> {
  const { stdin, stdout, stderr } = process;
  const output = new Output({ stdout, stderr, json: false, color: false });
  const expiry = new ExpiryWarning({ isWanted: false });
  const context = { config: loadCliConfig({}), output, stdin, stderr, expiry, finish: () => {} };
  return describeCommand(await createProgram(context, () => {}));
}
