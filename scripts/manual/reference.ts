// The reference of all commands at the end of docs/cli.md, from the same declarations as the help. People write the
// part before it.
import {
  type CommandNode,
  hostOptions,
  listCommands,
  listRunnable,
  type OptionNode,
  ownOptions,
} from "@mintmark/terminal";

/** Everything after this line is replaced. */
const MARK = "[//]: # (From here on written by npm run cli-pages, from the declarations of the commands.)";
const WIDTH = 120;

/** The guide with the reference of these commands in place of the one it had. */
export function withReference(guide: string, command: CommandNode, server: CommandNode): string {
  const [prose = "", ...former] = guide.split(MARK);
  if (former.length !== 1) throw new Error(`docs/cli.md must hold this line once: ${MARK}`);
  return `${prose}${MARK}\n\n${reference(command, server)}`;
}

function reference(command: CommandNode, server: CommandNode): string {
  const shared = hostOptions(command);
  const passedOn = new Set(server.commands.map(({ name }) => name));
  return [
    "Every command takes:",
    optionLines(command.options),
    "Every command that talks to a host takes:",
    optionLines(shared),
    "Some commands have other names:",
    otherNames(command),
    ...listRunnable(command)
      .filter(({ name }) => !passedOn.has(name))
      .flatMap((node) => commandParts(command, node, shared)),
    ...listRunnable(server).flatMap((node) => commandParts(server, node, [])),
  ]
    .join("\n\n")
    .concat("\n");
}

function commandParts(program: CommandNode, node: CommandNode, shared: readonly OptionNode[]): readonly string[] {
  const words = node.arguments.map(({ name, required, variadic }) => {
    const word = variadic ? `${name}...` : name;
    return required ? `<${word}>` : `[${word}]`;
  });
  const { own, talksToHost } = ownOptions(node, shared);
  const { examples, notes } = splitAfter(node.after);
  return [
    `### \`${[program.name, ...node.path, ...words].join(" ")}\``,
    wrap(`${sentence(node.description)}${talksToHost ? " Talks to a host." : ""}`),
    ...notes.map((note) => wrap(note)),
    [argumentLines(node), optionLines(own)].filter((lines) => lines !== "").join("\n"),
    // As code in lines of text: they stand alone, and a snippet of these documents is run from its top to its end.
    ...(examples.length === 0 ? [] : ["For example:", examples.map((line) => `- \`${line}\``).join("\n")]),
  ].filter((part) => part !== "");
}

/** Examples are to be typed; the other paragraphs are to be read. */
function splitAfter(after: string): { readonly examples: readonly string[]; readonly notes: readonly string[] } {
  const parts = after.split(/\n\s*\n/).filter((part) => part.trim() !== "");
  const isExample = (part: string): boolean => /^Examples?:\n/.test(part);
  return {
    examples: parts.filter(isExample).flatMap((part) =>
      part
        .split("\n")
        .slice(1)
        .map((line) => line.slice(2)),
    ),
    notes: parts.filter((part) => !isExample(part)).map((part) => part.replace(/\s*\n\s*/g, " ")),
  };
}

function argumentLines({ arguments: operands }: CommandNode): string {
  return operands
    .map(({ name, description, choices }) => wrap(`- \`${name}\`: ${description}${amongOf(choices)}`, "  "))
    .join("\n");
}

/** In the form in which the help of an option has them. */
function amongOf(choices: readonly string[]): string {
  return choices.length === 0 ? "" : ` (choices: ${choices.map((choice) => `"${choice}"`).join(", ")})`;
}

function otherNames(program: CommandNode): string {
  const named = new Map(
    listCommands(program).flatMap(({ name, aliases }) => (aliases.length === 0 ? [] : [[name, aliases]])),
  );
  return [...named]
    .map(([name, aliases]) => `- \`${name}\`: ${aliases.map((other) => `\`${other}\``).join(", ")}`)
    .join("\n");
}

function optionLines(options: readonly OptionNode[]): string {
  return options
    .map(({ flags, value, description }) => {
      const typed = `\`${flags.join(", ")}${value === null ? "" : ` ${value}`}\``;
      return wrap(`- ${typed}: ${description}`, "  ");
    })
    .join("\n");
}

function sentence(clause: string): string {
  const text = clause.charAt(0).toUpperCase() + clause.slice(1);
  return text.endsWith(".") ? text : `${text}.`;
}

/** Lines of one width, as all documents here; `indent` begins all but the first. Code is not broken. */
function wrap(text: string, indent: string = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.match(/(?:`[^`]*`|[^\s`])+/g) ?? []) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && longer.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line = longer;
  }
  return [...lines, line].join("\n");
}
