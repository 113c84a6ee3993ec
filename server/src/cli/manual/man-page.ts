// The manual page mintmark(1), in the macros of man(7), from the same declarations as the help. It is written to
// server/man/mintmark.1 by `npm run cli-pages`, and a test compares the two.
import { type CommandNode, hostOptions, listRunnable, type OptionNode, ownOptions } from "../command-tree.ts";
import { sectionsOf } from "./help-sections.ts";
import { asText, bold, italic, macro } from "./roff.ts";

const FILES: readonly (readonly [string, string])[] = [
  [
    "~/.config/mintmark/config.json",
    "The profiles: each host, and where its token is kept. It holds nothing secret. The folder is below XDG_CONFIG_HOME when that is set.",
  ],
  [
    "~/.config/mintmark/credentials.json",
    "The tokens, where there is no keyring that answers. The command makes it readable by you alone, and refuses it when others can read it.",
  ],
];

const SEE_ALSO =
  "The guides and the reference of the HTTP API are served by every instance, under /docs and /docs/api.";

export function manPage(program: CommandNode, version: string): string {
  const shared = hostOptions(program);
  const blocks = [
    '.\\" Written by npm run cli-pages from the declarations of the commands: change those.',
    macro("TH", "MINTMARK", "1", "", `mintmark ${version}`, "User Commands"),
    macro("SH", "NAME"),
    "mintmark \\- personal access tokens: run an instance, and use tokens from the shell",
    macro("SH", "SYNOPSIS"),
    `${bold(program.name)} ${italic("command")} [${italic("option")} ...]`,
    macro("SH", "DESCRIPTION"),
    asText(program.description),
    macro("SH", "COMMANDS"),
    ...listRunnable(program).flatMap((node) => commandBlocks(node, shared)),
    macro("SH", "HOST OPTIONS"),
    "Every command that talks to a host takes these.",
    ...shared.flatMap(optionBlocks),
    macro("SH", "GLOBAL OPTIONS"),
    "Every command takes these.",
    ...program.options.flatMap(optionBlocks),
    ...sectionsOf(program.after).flatMap(({ heading, body }) => [macro("SH", topHeading(heading)), ...body]),
    macro("SH", "FILES"),
    ...FILES.flatMap(([path, meaning]) => [".TP", italic(path), asText(meaning)]),
    macro("SH", "SEE ALSO"),
    asText(SEE_ALSO),
  ];
  return `${blocks.join("\n")}\n`;
}

function commandBlocks(node: CommandNode, shared: readonly OptionNode[]): readonly string[] {
  const { own, talksToHost } = ownOptions(node, shared);
  const operands = node.arguments.map(({ name, required, variadic }) => {
    const word = italic(variadic ? `${name}...` : name);
    return required ? word : `[${word}]`;
  });
  return [
    macro("SS", ["mintmark", ...node.path].join(" ")),
    [bold(["mintmark", ...node.path].join(" ")), ...operands, `[${italic("option")} ...]`].join(" "),
    ".PP",
    asText(`${sentence(node.description)}${talksToHost ? " Talks to a host." : ""}`),
    ...node.arguments.flatMap(({ name, description }) => [".TP", italic(name), asText(description)]),
    ...own.flatMap(optionBlocks),
    ...sectionsOf(node.after).flatMap(({ heading, body }) => [
      ".PP",
      ...(heading === null ? [] : [`${asText(heading)}:`]),
      ...body,
    ]),
  ];
}

function optionBlocks({ flags, value, description, choices }: OptionNode): readonly string[] {
  const term = flags.map(bold).join(", ") + (value === null ? "" : ` ${italic(value)}`);
  // Commander's own description of the choices is for one line of help.
  const meaning = choices.length === 0 ? description : description.replace(/ \(choices: .*\)$/, "");
  const among = choices.length === 0 ? "" : ` One of ${choices.join(", ")}.`;
  return [".TP", term, asText(`${sentence(meaning)}${among}`)];
}

/** The names that manual pages have for what the help calls otherwise. */
function topHeading(heading: string | null): string {
  if (heading === null) return "NOTES";
  return heading === "Exit codes" ? "EXIT STATUS" : heading.toUpperCase();
}

function sentence(clause: string): string {
  const text = clause.charAt(0).toUpperCase() + clause.slice(1);
  return text.endsWith(".") ? text : `${text}.`;
}
