// One run of the command: arguments in, exit code out. Every error of every command ends here and becomes
// a message; a stack trace is never printed.
import type { Readable } from "node:stream";
import { CommanderError } from "commander";
import { type CliConfig, turnColorOff } from "../config/cli-config.ts";
import { VERSION } from "../version.ts";
import type { Context } from "./context.ts";
import { EXIT, Failure, Interrupted, usageFailure } from "./exit.ts";
import { ExpiryWarning } from "./expiry-warning.ts";
import { Output, type TerminalStream } from "./output.ts";
import { holdsSecret } from "@mintmark/core/token-format";
import { createProgram } from "./program.ts";

export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
}

/** Runs one command, `args` without the program's name, and answers its exit code. */
export async function run(
  args: readonly string[],
  config: CliConfig,
  { stdin, stdout, stderr }: Streams,
): Promise<number> {
  // Looked up before parsing, so that a mistake in the arguments is told in the form that was asked for.
  const json = args.includes("--json");
  const color = config.color && !args.includes("--no-color");
  if (!color) turnColorOff();
  const output = new Output({ stdout, stderr, json, color });
  let exitCode: number = EXIT.ok;
  let page = "";
  const expiry = new ExpiryWarning({ isWanted: config.warnOfExpiry });
  const context: Context = { config, output, stdin, stderr, expiry, finish: (code) => void (exitCode = code) };
  try {
    refuseSecretIn(args);
    const program = await createProgram(context, (text) => void (page += text), args);
    await program.parseAsync(args, { from: "user" });
    expiry.show(output);
    return exitCode;
  } catch (error) {
    if (error instanceof Interrupted) return EXIT.interrupted;
    if (error instanceof CommanderError && isPage(error)) return showPage(output, error, page);
    const failure = asFailure(error);
    output.failure(failure);
    return failure.exitCode;
  }
}

function refuseSecretIn(args: readonly string[]): void {
  if (!args.some(holdsSecret)) return;
  throw usageFailure(
    "a token does not belong on the command line, where other users and the shell's history see it",
    "revoke that token, and pass the next one on standard input",
  );
}

/** Help and the version are not mistakes, though commander ends by throwing them. */
function isPage({ code }: CommanderError): boolean {
  return code === "commander.version" || code === "commander.helpDisplayed" || code === "commander.help";
}

/** Help that was asked for goes to standard output; help because no command was given is a usage error. */
function showPage(output: Output, { code }: CommanderError, page: string): number {
  if (code === "commander.version") {
    output.result({ version: VERSION }, () => output.line(VERSION));
    return EXIT.ok;
  }
  const asked = code === "commander.helpDisplayed";
  output.page(page, asked ? "stdout" : "stderr");
  return asked ? EXIT.ok : EXIT.usage;
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof CommanderError) return usageOf(error);
  const { name, message, code } = error as NodeJS.ErrnoException;
  // The operating system's refusals (a full disk, a folder that may not be written) explain themselves.
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return new Failure(code.toLowerCase(), message);
  return new Failure("fault", `this is a fault in mintmark: ${name}: ${message}`, "report it with what you typed");
}

/** commander writes `error: …`, and its guess of what was meant on a second line. */
function usageOf({ message }: CommanderError): Failure {
  const [first = "", guess] = message.replace(/^error: /, "").split("\n");
  const hint = guess === undefined ? "see mintmark --help" : guess.replace(/^\((.*)\)$/, "$1").toLowerCase();
  return usageFailure(first.replace(/\.$/, ""), hint);
}
