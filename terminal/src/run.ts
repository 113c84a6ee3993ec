// Runs a program once, from arguments to exit code. Every error of every command becomes a message here. A stack trace
// is never printed.
import type { Readable } from "node:stream";
import { holdsSecret } from "@mintmark/core/format";
import { CommanderError } from "commander";
import { EXIT, Failure, Interrupted, systemErrorOf, usageFailure } from "./exit.ts";
import { Output, type TerminalStream } from "./output.ts";
import { createProgram, type ProgramDeclaration, typedFilter } from "./program.ts";

export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
}

/** The input and output of one run, for its command. */
export interface Running {
  readonly output: Output;
  readonly stdin: Streams["stdin"];
  /** For questions and progress. These never go to standard output, which may be a file. */
  readonly stderr: TerminalStream;
  /** Sets the exit code for when the command returns. */
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
  // Read before parsing, so that an error in the arguments is also printed as JSON.
  const filter = declaration.loadFilter === undefined ? null : typedFilter(args);
  const json = args.includes("--json") || filter !== null;
  const output = new Output({ stdout, stderr, json, color: color && !args.includes("--no-color") });
  let exitCode: number = EXIT.ok;
  let page = "";
  const context = contextOf({ output, stdin, stderr, finish: (code) => void (exitCode = code) });
  try {
    refuseSecretIn(args);
    if (declaration.loadFilter !== undefined) refuseFields(args);
    if (filter !== null && declaration.loadFilter !== undefined) output.filterBy(await declaration.loadFilter(filter));
    const program = await createProgram(declaration, context, (text) => void (page += text), args, output.helpWidth);
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

/** Whether the environment allows colors. The output also checks that it goes to a terminal. */
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

/** People who know gh name fields after --json. */
function refuseFields(args: readonly string[]): void {
  const typed = args[args.indexOf("--json") + 1] ?? "";
  if (!args.includes("--json") || !/^\w+(?:,\w+)+$/.test(typed)) return;
  throw usageFailure(
    "--json takes no fields",
    `add --jq to select them, as in --jq '.items[] | {${typed.replaceAll(",", ", ")}}'`,
  );
}

/** Help and the version are not errors, although commander throws them. */
function isPage({ code }: CommanderError): boolean {
  return code === "commander.version" || code === "commander.helpDisplayed" || code === "commander.help";
}

/** Requested help goes to standard output. Help because no command was given is a usage error. */
function showPage(output: Output, { code, exitCode }: CommanderError, page: string, version: string): number {
  if (code === "commander.version") {
    output.result({ version }, () => output.line(version));
    return EXIT.ok;
  }
  const asked = exitCode === 0;
  output.help(page, asked ? "stdout" : "stderr");
  return asked ? EXIT.ok : EXIT.usage;
}

/** The error as a message for the person. Only a bug of the program has none. */
export function asFailure(error: unknown, program: string): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof CommanderError) return usageOf(error, program);
  const { name, message } = error as Error;
  // Errors of the operating system, such as a full disk or a read-only folder, explain themselves.
  const system = systemErrorOf(error);
  if (system !== null) return new Failure(system.toLowerCase(), message);
  return new Failure(
    "fault",
    `this is a fault in ${program}: ${name}: ${message}`,
    "report it, and include the command that you typed",
  );
}

/** Commander writes `error: …`, and a suggestion on a second line. */
function usageOf({ message }: CommanderError, program: string): Failure {
  const [first = "", guess = ""] = message.replace(/^error: /, "").split("\n");
  const [, typed = ""] = /'(.*)'/.exec(first) ?? [];
  const [, guesses = ""] = /Did you mean (?:one of )?(.*)\?/.exec(guess) ?? [];
  const near = guesses.split(", ").filter((name) => name !== "" && isOneTypoFrom(typed, name));
  const hint = near.length === 0 ? `see ${program} --help` : `did you mean ${near.join(" or ")}?`;
  return usageFailure(first.replace(/\.$/, ""), hint);
}

/**
 * Whether one letter is missing, added, wrong or swapped with the next one. Commander's guesses are further off, and a
 * guess may be a command that changes something: `restore` for `restart`, `migrate` for `upgrade`.
 */
function isOneTypoFrom(typed: string, name: string): boolean {
  const [short, long] = typed.length <= name.length ? [typed, name] : [name, typed];
  let start = 0;
  while (start < short.length && short[start] === long[start]) start++;
  const [rest, other] = [short.slice(start), long.slice(start)];
  if (long.length - short.length === 1) return rest === other.slice(1);
  if (long.length !== short.length) return false;
  const isSwapped = rest[0] === other[1] && rest[1] === other[0] && rest.slice(2) === other.slice(2);
  return rest.slice(1) === other.slice(1) || isSwapped;
}
