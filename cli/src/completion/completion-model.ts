// The completions as flat lists: for each command its words, its options and their values. The four scripts express
// these lists in four languages.
import { type CommandNode, listCommands, type OptionNode } from "@mintmark/terminal";

/** The command that prints the names of the profiles, one per line. It is hidden, because only the scripts call it. */
export const LIST_PROFILES = "mintmark completion-profiles";

export interface Candidate {
  readonly name: string;
  readonly description: string;
}

export interface OptionValues {
  /** Each form of the option, short and long. */
  readonly flags: readonly string[];
  readonly kind: "choices" | "profiles" | "files" | "unknown";
  readonly choices: readonly string[];
}

export interface CompletionEntry {
  /** The words after `mintmark`, with spaces between; empty for the program itself. */
  readonly path: string;
  /** The path as it may be typed: its last word may be another name of the command. */
  readonly spellings: readonly string[];
  /** Subcommands, or the values of its first argument. */
  readonly words: readonly Candidate[];
  /** Whether its first argument is a profile. Only a run of the command knows the profiles. */
  readonly takesProfile: boolean;
  /** Its options and those of its parent commands. */
  readonly options: readonly Candidate[];
  /** The options among them that take a value. */
  readonly values: readonly OptionValues[];
}

/** One entry for each command, the program first. `known` holds the values of arguments, by their names. */
export function completionEntries(
  program: CommandNode,
  known: Readonly<Record<string, readonly Candidate[]>>,
): readonly CompletionEntry[] {
  const everywhere = program.options.filter(({ flags }) => !flags.includes("--version"));
  return listCommands(program).map((node) => {
    const inherited = everywhere.filter(({ flags }) => !node.options.some((own) => own.flags.join() === flags.join()));
    const options = [...node.options, ...(node === program ? [] : inherited)];
    const [first] = node.arguments;
    return {
      path: node.path.join(" "),
      spellings: node === program ? [""] : spellingsOf(node),
      words: [
        ...node.commands.map(({ name, description }) => ({ name, description })),
        ...(first?.choices ?? []).map((name) => ({ name, description: "" })),
        ...((first && known[first.name]) ?? []),
      ],
      takesProfile: first?.name === "profile",
      options: options.flatMap(({ flags, description }) => flags.map((name) => ({ name, description }))),
      values: options.filter(({ value }) => value !== null).map(valuesOf),
    };
  });
}

function spellingsOf({ name, aliases, path }: CommandNode): readonly string[] {
  return [name, ...aliases].map((word) => [...path.slice(0, -1), word].join(" "));
}

function valuesOf({ flags, value, choices }: OptionNode): OptionValues {
  const name = value?.replace(/[<>[\].]/g, "") ?? "";
  if (choices.length > 0) return { flags, kind: "choices", choices };
  if (flags.includes("--profile")) return { flags, kind: "profiles", choices };
  return { flags, kind: name === "file" ? "files" : "unknown", choices };
}
