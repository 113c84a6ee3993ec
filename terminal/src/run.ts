// One run of a program: arguments in, exit code out. Every error of every command ends here and becomes
// a message; a stack trace is never printed.
import type { Readable } from "node:stream";
import { holdsSecret } from "@mintmark/core/token-format";
import { CommanderError } from "commander";
import { EXIT, Failure, Interrupted, usageFailure } from "./exit.ts";
import { Output, type TerminalStream } from "./output.ts";
import { createProgram, type ProgramDeclaration } from "./program.ts";

export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
}

/** What a command is given of its run. */
export interface Running {
  readonly output: Output;
  readonly stdin: Streams["stdin"];
  /** Where questions and progress are drawn: never on standard output, which may be a file. */
  readonly stderr: TerminalStream;
  /** Ends the command with this exit code, once it returns. */
  readonly finish: (exitCode: number) => void;
}

export interface RunOptions<Context> {
  readonly streams: Streams;
  /** Whether the environment allows colors. The option `--no-color` forbids them. */
  readonly color: boolean;
  readonly contextOf: (running: Running) => Context;
  /** Called after a command that did not fail. */
  readonly onDone?: (output: Output) => void;
}

/** Runs one command, `args` without the program's name, and returns its exit code. */
export async function runProgram<Context>(
  declaration: ProgramDeclaration<Context>,
  args: readonly string[],
  { streams: { stdin, stdout, stderr }, color, contextOf, onDone }: RunOptions<Context>,
): Promise<number> {
  // Looked up before parsing, so that a mistake in the arguments is told in the form that was asked for.
  const json = args.includes("--json");
  const output = new Output({ stdout, stderr, json, color: color && !args.includes("--no-color") });
  let exitCode: number = EXIT.ok;
  let page = "";
  const context = contextOf({ output, stdin, stderr, finish: (code) => void (exitCode = code) });
  try {
    refuseSecretIn(args);
    const program = await createProgram(declaration, context, (text) => void (page += text), args);
    await program.parseAsync(args, { from: "user" });
    onDone?.(output);
    return exitCode;
  } catch (error) {
    if (error instanceof Interrupted) return EXIT.interrupted;
    if (error instanceof CommanderError && isPage(error)) return showPage(output, error, page, declaration.version);
    const failure = asFailure(error, declaration.name);
    output.failure(failure);
    return failure.exitCode;
  }
}

/** Whether the environment allows colors at all; whether they make sense is for the terminal to say. */
export function allowsColor({ NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>): boolean {
  return !NO_COLOR?.trim() && TERM?.trim() !== "dumb";
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
function showPage(output: Output, { code }: CommanderError, page: string, version: string): number {
  if (code === "commander.version") {
    output.result({ version }, () => output.line(version));
    return EXIT.ok;
  }
  const asked = code === "commander.helpDisplayed";
  output.page(page, asked ? "stdout" : "stderr");
  return asked ? EXIT.ok : EXIT.usage;
}

function asFailure(error: unknown, program: string): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof CommanderError) return usageOf(error, program);
  const { name, message, code } = error as NodeJS.ErrnoException;
  // The operating system's refusals (a full disk, a folder that may not be written) explain themselves.
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return new Failure(code.toLowerCase(), message);
  return new Failure("fault", `this is a fault in ${program}: ${name}: ${message}`, "report it with what you typed");
}

/** commander writes `error: …`, and its guess of what was meant on a second line. */
function usageOf({ message }: CommanderError, program: string): Failure {
  const [first = "", guess] = message.replace(/^error: /, "").split("\n");
  const hint = guess === undefined ? `see ${program} --help` : guess.replace(/^\((.*)\)$/, "$1").toLowerCase();
  return usageFailure(first.replace(/\.$/, ""), hint);
}
