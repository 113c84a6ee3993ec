// What can be typed where, as flat lists: for each command the words, the options and the values they take. The
// four scripts are this, written in four languages.
import { type CommandNode, listCommands, type OptionNode } from "@mintmark/terminal";

/** The command that prints the names of the profiles, one a line. Hidden: only the scripts type it. */
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
  /** Subcommands, or what its first argument may be. */
  readonly words: readonly Candidate[];
  /** Whether its first argument is the name of a profile, which only a run of the command knows. */
  readonly takesProfile: boolean;
  /** Its own options and those of the commands above it. */
  readonly options: readonly Candidate[];
  /** The options among them that are followed by a value. */
  readonly values: readonly OptionValues[];
}

/** One entry for each command, the program first. `known` is what arguments of a name may be. */
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

function valuesOf({ flags, value, choices }: OptionNode): OptionValues {
  const name = value?.replace(/[<>[\].]/g, "") ?? "";
  if (choices.length > 0) return { flags, kind: "choices", choices };
  if (flags.includes("--profile")) return { flags, kind: "profiles", choices };
  return { flags, kind: name === "file" ? "files" : "unknown", choices };
}
