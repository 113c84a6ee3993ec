// The program as commander knows it: names, options, help. What each command does is in a file of its own. Only the
// file of the command that was typed is loaded; help, and a name that does not exist, take all.
import { Command } from "commander";

/** Declares a command and what it does. */
type AddCommand<Context> = (program: Command, context: Context) => void;

export interface ProgramDeclaration<Context> {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** What loads each command, by its name, in the order of the help. */
  readonly commands: Readonly<Record<string, () => Promise<AddCommand<Context>>>>;
  /** The end of the help. */
  readonly afterHelp: string;
}

/**
 * `write` takes what commander prints by itself: help and the version. `typed` are the arguments that the program is
 * for; without them it has all commands.
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

/** The program's own options take no value, so the first word that is no option is the command. */
export function typedCommand(args: readonly string[]): string | undefined {
  return args.find((word) => !word.startsWith("-"));
}
