// The commands of both programs, outside of a run of any.
import process from "node:process";
import { type CommandNode, createProgram, describeCommand, Output, type Running } from "@mintmark/terminal";
import { loadCliConfig } from "../../cli/src/config.ts";
import { ExpiryWarning } from "../../cli/src/expiry-warning.ts";
import { PROGRAM } from "../../cli/src/program.ts";
import { SERVER_PROGRAM } from "../../server/src/commands/program.ts";

const { stdin, stdout, stderr } = process;
const running: Running = {
  output: new Output({ stdout, stderr, json: false, color: false }),
  stdin,
  stderr,
  finish: () => {},
};

/** Those of `mintmark`. */
export async function allCommands(): Promise<CommandNode> {
  const context = { ...running, config: loadCliConfig({}), expiry: new ExpiryWarning({ isWanted: false }) };
  return describeCommand(await createProgram(PROGRAM, context, () => {}));
}

/** Those of `mintmark-server`. */
export async function allServerCommands(): Promise<CommandNode> {
  return describeCommand(await createProgram(SERVER_PROGRAM, running, () => {}));
}
