// The manual pages mintmark(1) and mintmark-server(1), in the macros of man(7), from the same declarations as the help.
// `npm run build` and `npm run cli-pages` write them.
import { type CommandNode, hostOptions, listRunnable, type OptionNode, ownOptions } from "@mintmark/terminal";
import { sectionsOf } from "./help-sections.ts";
import { asText, bold, italic, macro, quoted } from "./roff.ts";

/** The parts of a page that are not in the program's declarations. */
export interface ManPage {
  /** After the program's name. */
  readonly purpose: string;
  readonly files: readonly (readonly [path: string, meaning: string])[];
  readonly seeAlso: string;
}

const GUIDES = "The guides and the reference of the HTTP API are served by every instance, under /docs and /docs/api.";

export const MINTMARK: ManPage = {
  purpose: "personal access tokens from the shell",
  files: [
    [
      "~/.config/mintmark/config.json",
      "The profiles: each host, and where its token is kept. It holds nothing secret. The folder is below XDG_CONFIG_HOME when that is set.",
    ],
    [
      "~/.config/mintmark/credentials.json",
      "The tokens, without a working keyring. The command makes it readable only by you, and refuses it when other people can read it.",
    ],
  ],
  seeAlso: `mintmark-server(1). ${GUIDES}`,
};

export const MINTMARK_SERVER: ManPage = {
  purpose: "run an instance that issues personal access tokens",
  files: [["./data/mintmark.db", "The SQLite database, unless MINTMARK_DATA or DATABASE_URL names another."]],
  seeAlso: `mintmark(1). ${GUIDES}`,
};

export interface Release {
  readonly version: string;
  /** The day the page was built, as `2026-01-31`. */
  readonly date: string;
}

export function manPage(page: ManPage, program: CommandNode, { version, date }: Release): string {
  const { purpose, files, seeAlso } = page;
  const { name } = program;
  const shared = hostOptions(program);
  const blocks = [
    '.\\" Written by npm run cli-pages from the declarations of the commands: change those.',
    // The date as it is: it has nothing to escape, and readers parse it.
    `${macro("TH", name.toUpperCase(), "1")} ${date} ${quoted(`mintmark ${version}`)} ${quoted("User Commands")}`,
    macro("SH", "NAME"),
    `${asText(name)} \\- ${purpose}`,
    macro("SH", "SYNOPSIS"),
    `${bold(name)} ${italic("command")} [${italic("option")} ...]`,
    macro("SH", "DESCRIPTION"),
    asText(program.description),
    macro("SH", "COMMANDS"),
    ...listRunnable(program).flatMap((node) => commandBlocks(name, node, shared)),
    ...(shared.length === 0
      ? []
      : [
          macro("SH", "HOST OPTIONS"),
          "Every command that talks to a host takes these.",
          ...shared.flatMap(optionBlocks),
        ]),
    macro("SH", "GLOBAL OPTIONS"),
    "Every command takes these.",
    ...program.options.flatMap(optionBlocks),
    ...sectionsOf(program.after).flatMap(({ heading, body }) => [macro("SH", topHeading(heading)), ...body]),
    macro("SH", "FILES"),
    ...files.flatMap(([path, meaning]) => [".TP", italic(path), asText(meaning)]),
    macro("SH", "SEE ALSO"),
    asText(seeAlso),
  ];
  return `${blocks.join("\n")}\n`;
}

function commandBlocks(program: string, node: CommandNode, shared: readonly OptionNode[]): readonly string[] {
  const { own, talksToHost } = ownOptions(node, shared);
  const operands = node.arguments.map(({ name, required, variadic }) => {
    const word = italic(variadic ? `${name}...` : name);
    return required ? word : `[${word}]`;
  });
  return [
    macro("SS", [program, ...node.path].join(" ")),
    [bold([program, ...node.path].join(" ")), ...operands, `[${italic("option")} ...]`].join(" "),
    ".PP",
    asText(`${sentence(node.description)}${talksToHost ? " Talks to a host." : ""}`),
    ...node.arguments.flatMap(({ name, description, choices }) => [
      ".TP",
      italic(name),
      asText(choices.length === 0 ? description : `${sentence(description)}${amongOf(choices)}`),
    ]),
    ...own.flatMap(optionBlocks),
    ...sectionsOf(node.after).flatMap(({ heading, body }) => [
      ".PP",
      ...(heading === null ? [] : [`${asText(heading)}:`, ".PP"]),
      ...body,
    ]),
  ];
}

function optionBlocks({ flags, value, description, choices }: OptionNode): readonly string[] {
  const term = flags.map(bold).join(", ") + (value === null ? "" : ` ${italic(value)}`);
  // Commander's own description of the choices is for one line of help.
  const meaning = choices.length === 0 ? description : description.replace(/ \(choices: .*\)$/, "");
  return [".TP", term, asText(`${sentence(meaning)}${amongOf(choices)}`)];
}

function amongOf(choices: readonly string[]): string {
  return choices.length === 0 ? "" : ` One of ${choices.join(", ")}.`;
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
