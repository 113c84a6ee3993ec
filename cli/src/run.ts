// Runs the command once, from arguments to exit code.
import { runProgram, type Streams } from "@mintmark/terminal";
import { type CliConfig, turnColorOff } from "./config.ts";
import { ExpiryWarning } from "./expiry-warning.ts";
import { PROGRAM } from "./program.ts";

/** Runs one command, `args` without the program's name, and returns its exit code. */
export function run(args: readonly string[], config: CliConfig, streams: Streams): Promise<number> {
  if (!config.color || args.includes("--no-color")) turnColorOff();
  const expiry = new ExpiryWarning({ isWanted: config.warnOfExpiry });
  return runProgram(PROGRAM, args, {
    streams,
    color: config.color,
    contextOf: (running) => ({ ...running, config, expiry }),
    onDone: (output) => expiry.show(output),
  });
}
