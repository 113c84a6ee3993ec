// The commands as data, read from commander's own declarations: what the completion scripts, the manual page and
// the tests of the documents are made of. A command that is declared is therefore in all of them.
import type { Command, Help, Option } from "commander";

export interface OptionNode {
  /** As it is typed, the short form first: `-y`, `--yes`. */
  readonly flags: readonly string[];
  /** What it takes, such as `<url>`; `null` for a switch. */
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
  /** The words after `mintmark`; none for the program itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly arguments: readonly ArgumentNode[];
  readonly options: readonly OptionNode[];
  readonly commands: readonly CommandNode[];
  /** What its help adds at the end: examples and the like. */
  readonly after: string;
}

/** The command with all that are under it, as its help shows them: what is hidden there is not here either. */
export function describeCommand(command: Command, path: readonly string[] = []): CommandNode {
  const help = command.createHelp();
  const named = help.visibleCommands(command);
  return {
    name: command.name(),
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
    // `help` is commander's own, and has no place in the tree.
    commands: named
      .filter((child) => command.commands.includes(child))
      .map((child) => describeCommand(child, [...path, child.name()])),
    after: textAfterHelp(command),
  };
}

/** The command and all under it, each before those it holds. */
export function listCommands(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(listCommands)];
}

/** The commands that do something, in the order of the help: those that only hold others are left out. */
export function listRunnable(program: CommandNode): readonly CommandNode[] {
  return listCommands(program).filter((node) => node !== program && node.commands.length === 0);
}

/** The options of every command that talks to a host, which readers want to read once. */
export function hostOptions(program: CommandNode): readonly OptionNode[] {
  const plain = program.commands.find(({ name }) => name === "whoami");
  return plain?.options.filter(({ flags }) => !flags.includes("--help")) ?? [];
}

function isSameOption(one: OptionNode, other: OptionNode): boolean {
  return one.flags.join() === other.flags.join();
}

/** The options of a command that are neither the host's nor help, and whether it takes the host's. */
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

/** Commander keeps this text in listeners, so it is taken from the page that they write. */
function textAfterHelp(command: Command): string {
  let page = "";
  const configured = command.configureOutput();
  command.configureOutput({ writeOut: (text) => void (page += text) });
  command.outputHelp();
  command.configureOutput(configured);
  const body = command.helpInformation();
  return page.slice(page.indexOf(body) + body.length).trim();
}
