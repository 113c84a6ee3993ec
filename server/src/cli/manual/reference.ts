// The reference of all commands at the end of docs/cli.md, from the same declarations as the help. What stands before
// it is written by people.
import { type CommandNode, listCommands, type OptionNode } from "../command-tree.ts";

/** Everything after this line is replaced. */
const MARK = "<!-- From here on written by npm run cli-pages, from the declarations of the commands. -->";
const WIDTH = 120;

/** The guide with the reference of these commands in place of the one it had. */
export function withReference(guide: string, program: CommandNode): string {
  const [prose = "", ...former] = guide.split(MARK);
  if (former.length !== 1) throw new Error(`docs/cli.md must hold this line once: ${MARK}`);
  return `${prose}${MARK}\n\n${reference(program)}`;
}

function reference(program: CommandNode): string {
  const commands = listCommands(program).filter((node) => node !== program && node.commands.length === 0);
  const shared = sharedOptions(commands);
  const isOwn = (option: OptionNode): boolean =>
    !option.flags.includes("--help") && !shared.some((other) => sameOption(other, option));
  return [
    "Every command takes:",
    optionList(program.options),
    "Every command that talks to a host takes:",
    optionList(shared),
    ...commands.flatMap((node) => commandParts(node, shared, node.options.filter(isOwn))),
  ]
    .join("\n\n")
    .concat("\n");
}

/** Options that most people read once: those of the command that only talks to a host. */
function sharedOptions(commands: readonly CommandNode[]): readonly OptionNode[] {
  const plain = commands.find(({ name }) => name === "whoami");
  return plain?.options.filter(({ flags }) => !flags.includes("--help")) ?? [];
}

function commandParts(node: CommandNode, shared: readonly OptionNode[], own: readonly OptionNode[]): readonly string[] {
  const words = node.arguments.map(({ name, required, variadic }) => {
    const word = variadic ? `${name}...` : name;
    return required ? `<${word}>` : `[${word}]`;
  });
  const title = ["mintmark", ...node.path, ...words].join(" ");
  const takesHost = shared.every((option) => node.options.some((other) => sameOption(other, option)));
  const { examples, notes } = splitAfter(node.after);
  return [
    `### \`${title}\``,
    wrap(`${sentence(node.description)}${takesHost ? " Talks to a host." : ""}`),
    ...notes.map((note) => wrap(note)),
    ...(node.arguments.length + own.length === 0 ? [] : [argumentList(node) + optionLines(own)]).map((list) =>
      list.trimEnd(),
    ),
    ...(examples.length === 0 ? [] : [`\`\`\`sh\n${examples.join("\n")}\n\`\`\``]),
  ];
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

function argumentList({ arguments: operands }: CommandNode): string {
  return operands.map(({ name, description }) => `${wrap(`- \`${name}\`: ${description}`, "  ")}\n`).join("");
}

function optionList(options: readonly OptionNode[]): string {
  return optionLines(options).trimEnd();
}

function optionLines(options: readonly OptionNode[]): string {
  return options
    .map(({ flags, value, description }) => {
      const typed = `\`${flags.join(", ")}${value === null ? "" : ` ${value}`}\``;
      return `${wrap(`- ${typed}: ${description}`, "  ")}\n`;
    })
    .join("");
}

function sameOption(one: OptionNode, other: OptionNode): boolean {
  return one.flags.join() === other.flags.join();
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
