// The commands as data, read from commander's declarations. The completion scripts, the manual page and the tests of the
// documents use this data, so every declared command is in all of them.
import type { Command, Help, Option } from "commander";

export interface OptionNode {
  /** The forms of the option as typed, the short form first: `-y`, `--yes`. */
  readonly flags: readonly string[];
  /** Its value, such as `<url>`. `null` for a switch. */
  readonly value: string | null;
  readonly choices: readonly string[];
  readonly description: string;
}

interface ArgumentNode {
  readonly name: string;
  readonly required: boolean;
  readonly variadic: boolean;
  readonly choices: readonly string[];
  readonly description: string;
}

export interface CommandNode {
  readonly name: string;
  /** Its other names. */
  readonly aliases: readonly string[];
  /** The words after `mintmark`; none for the program itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly arguments: readonly ArgumentNode[];
  readonly options: readonly OptionNode[];
  readonly commands: readonly CommandNode[];
  /** The text at the end of its help, such as examples. */
  readonly after: string;
}

/** The command and its subcommands as the help shows them, without hidden ones. */
export function describeCommand(command: Command, path: readonly string[] = []): CommandNode {
  const help = command.createHelp();
  const named = help.visibleCommands(command);
  return {
    name: command.name(),
    aliases: command.aliases(),
    path,
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      required: argument.required,
      variadic: argument.variadic,
      choices: argument.argChoices ?? [],
      description: argument.description,
    })),
    options: help.visibleOptions(command).map((option) => describeOption(help, option)),
    // `help` comes from commander, and is not part of the tree.
    commands: named
      .filter((child) => command.commands.includes(child))
      .map((child) => describeCommand(child, [...path, child.name()])),
    after: textAfterHelp(command),
  };
}

/** The command and all commands below it, parents first. */
export function listCommands(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(listCommands)];
}

/** The commands that can be run, in the order of the help. Groups of commands are left out. */
export function listRunnable(program: CommandNode): readonly CommandNode[] {
  return listCommands(program).filter((node) => node !== program && node.commands.length === 0);
}

/** The options that all commands with a host have. The documents describe them once. */
export function hostOptions(program: CommandNode): readonly OptionNode[] {
  const plain = program.commands.find(({ name }) => name === "whoami");
  return plain?.options.filter(({ flags }) => !flags.includes("--help")) ?? [];
}

function isSameOption(one: OptionNode, other: OptionNode): boolean {
  return one.flags.join() === other.flags.join();
}

/** The options of a command without the host options and help, and whether it has the host options. */
export function ownOptions(
  node: CommandNode,
  shared: readonly OptionNode[],
): { readonly own: readonly OptionNode[]; readonly talksToHost: boolean } {
  const isShared = (option: OptionNode): boolean => shared.some((other) => isSameOption(other, option));
  return {
    own: node.options.filter((option) => !isShared(option) && !option.flags.includes("--help")),
    talksToHost: shared.length > 0 && node.options.filter(isShared).length === shared.length,
  };
}

function describeOption(help: Help, option: Option): OptionNode {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const value = /[<[].*[>\]]$/.exec(option.flags)?.[0] ?? null;
  return { flags, value, choices: option.argChoices ?? [], description: help.optionDescription(option) };
}

/** Commander keeps this text in listeners, so it is read from the page that they write. */
function textAfterHelp(command: Command): string {
  let page = "";
  const configured = command.configureOutput();
  command.configureOutput({ writeOut: (text) => void (page += text) });
  command.outputHelp();
  command.configureOutput(configured);
  const body = command.helpInformation();
  return page.slice(page.indexOf(body) + body.length).trim();
}
