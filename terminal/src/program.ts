// Declares a program to commander: names, options, help. Each command is in a separate file, and only the file of the
// typed command is loaded. Help and unknown names load all files.
import { Command } from "commander";
import type { JsonFilter } from "./output.ts";

/** The width of help where there is no terminal. */
export const HELP_WIDTH = 80;

/** Declares a command and its action. */
type AddCommand<Context> = (program: Command, context: Context) => void;

export interface ProgramDeclaration<Context> {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** Loads each command, by name and in the order of the help. */
  readonly commands: Readonly<Record<string, () => Promise<AddCommand<Context>>>>;
  /** The other names of commands, by the first name of each. They apply to commands and subcommands. */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  /** Prepares the filter of --jq. A program without it has no such option. */
  readonly loadFilter?: (query: string) => Promise<JsonFilter>;
  /** The end of the help. */
  readonly afterHelp: string;
}

/**
 * `write` receives the text that commander prints itself: help and the version. `typed` are the arguments of this run;
 * without them, all commands are loaded. Lines of help have at most `helpWidth` columns, but for texts after the help.
 */
export async function createProgram<Context>(
  { name, description, version, commands, aliases = {}, loadFilter, afterHelp }: ProgramDeclaration<Context>,
  context: Context,
  write: (text: string) => void,
  typed: readonly string[] = [],
  helpWidth = HELP_WIDTH,
): Promise<Command> {
  const program = new Command(name)
    .description(description)
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .option("--json", "print data, and errors, as JSON")
    .option("--no-color", "print without colors")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: write,
      writeErr: write,
      outputError: () => {},
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
    })
    .exitOverride()
    .addHelpText("after", afterHelp);
  if (loadFilter !== undefined)
    program.option(`${FILTER_FLAGS.join(", ")} <filter>`, "print the parts of the JSON that a jq filter selects");
  const word = typedCommand(typed);
  const first = Object.keys(commands).find((known) => known === word || aliases[known]?.includes(word ?? ""));
  const load = first === undefined ? undefined : commands[first];
  for (const one of load === undefined ? Object.values(commands) : [load]) (await one())(program, context);
  addAliases(program, aliases);
  return program;
}

function addAliases(parent: Command, aliases: Readonly<Record<string, readonly string[]>>): void {
  for (const command of parent.commands) {
    if (Object.hasOwn(aliases, command.name())) command.aliases(aliases[command.name()] ?? []);
    addAliases(command, aliases);
  }
}

const FILTER_FLAGS: readonly string[] = ["-q", "--jq"];

/** The first word that is not an option. Of the program's options, only --jq takes a value. */
export function typedCommand(args: readonly string[]): string | undefined {
  return args.find((word, at) => !word.startsWith("-") && !FILTER_FLAGS.includes(args[at - 1] ?? ""));
}

/** The value of --jq, read before parsing, or `null` without it. */
export function typedFilter(args: readonly string[]): string | null {
  for (const [at, word] of args.entries()) {
    if (FILTER_FLAGS.includes(word)) return args[at + 1] ?? null;
    const attached = /^(?:-q|--jq=)(.*)$/s.exec(word)?.[1];
    if (attached !== undefined) return attached;
  }
  return null;
}
