// Declares a program to commander: names, options, help. Each command is in a separate file, and only the file of the
// typed command is loaded. Help and unknown names load all files.
import { Command } from "commander";

/** Declares a command and its action. */
type AddCommand<Context> = (program: Command, context: Context) => void;

export interface ProgramDeclaration<Context> {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** Loads each command, by name and in the order of the help. */
  readonly commands: Readonly<Record<string, () => Promise<AddCommand<Context>>>>;
  /** The end of the help. */
  readonly afterHelp: string;
}

/**
 * `write` receives the text that commander prints itself: help and the version. `typed` are the arguments of this run;
 * without them, all commands are loaded.
 */
export async function createProgram<Context>(
  { name, description, version, commands, afterHelp }: ProgramDeclaration<Context>,
  context: Context,
  write: (text: string) => void,
  typed: readonly string[] = [],
): Promise<Command> {
  const program = new Command(name)
    .description(description)
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .option("--json", "print data, and errors, as JSON")
    .option("--no-color", "print without colors")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: write, writeErr: write, outputError: () => {} })
    .exitOverride()
    .addHelpText("after", afterHelp);
  const word = typedCommand(typed);
  const load = word !== undefined && Object.hasOwn(commands, word) ? commands[word] : undefined;
  for (const one of load === undefined ? Object.values(commands) : [load]) (await one())(program, context);
  return program;
}

/** The options of the program take no value, so the first word that is not an option is the command. */
export function typedCommand(args: readonly string[]): string | undefined {
  return args.find((word) => !word.startsWith("-"));
}
