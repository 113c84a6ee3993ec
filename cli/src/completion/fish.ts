// The completion script for fish: one rule for each word and option, which applies when the command line is at its
// command.
import { type CompletionEntry, LIST_PROFILES, type OptionValues } from "./completion-model.ts";

export function fishScript(entries: readonly CompletionEntry[]): string {
  const paths = entries.filter(({ path }) => path !== "").map(({ path }) => quote(path));
  const values = entries.flatMap(({ path, values }) =>
    values.flatMap(({ flags }) => flags.map((flag) => quote(`${path} ${flag}`))),
  );
  return `# fish completion for mintmark, written by: mintmark completion fish

# Prints the path of a command by its first name.
function __mintmark_named
    switch "$argv[1]"
${entries.flatMap(otherNames).join("\n")}
        case '*'
            echo -- "$argv[1]"
    end
end

# Prints where the command line stands: the words of the command, and + for each argument after it.
function __mintmark_path
    set -l paths ${paths.join(" ")}
    set -l values ${values.join(" ")}
    set -l path ""
    set -l skip no
    set -l typed ""
    set -l tokens (commandline -opc)
    for token in $tokens[2..-1]
        set -l longer (__mintmark_named (string trim -- "$path $token"))
        if test $skip = yes
            set skip no
        else if string match -q -- '-*' $token
            contains -- "$path $token" $values; and set skip yes
        else if test -z "$typed"; and contains -- "$longer" $paths
            set path $longer
        else
            set typed "$typed+"
        end
    end
    echo -- "$path$typed"
end

function __mintmark_at
    test (__mintmark_path) = "$argv[1]"
end

function __mintmark_in
    test (string trim -r -c + -- (__mintmark_path)) = "$argv[1]"
end

complete -c mintmark -f
${entries.flatMap(rulesOf).join("\n")}
`;
}

function otherNames({ path, spellings }: CompletionEntry): string[] {
  const others = spellings.filter((spelling) => spelling !== path);
  if (others.length === 0) return [];
  return [`        case ${others.map(quote).join(" ")}`, `            echo -- ${quote(path)}`];
}

function rulesOf({ path, words, takesProfile, options, values }: CompletionEntry): string[] {
  const at = `-n ${quote(`__mintmark_at "${path}"`)}`;
  const within = `-n ${quote(`__mintmark_in "${path}"`)}`;
  return [
    ...words.map(({ name, description }) => `complete -c mintmark ${at} -a ${name}${meaning(description)}`),
    ...(takesProfile ? [`complete -c mintmark ${at} -a ${quote(`(${LIST_PROFILES} 2>/dev/null)`)}`] : []),
    ...options.map(({ name, description }) => {
      const value = values.find(({ flags }) => flags.includes(name));
      const flag = name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`;
      return `complete -c mintmark ${within} ${flag}${takes(value)}${meaning(description)}`;
    }),
  ];
}

function takes(value: OptionValues | undefined): string {
  if (value === undefined) return "";
  if (value.kind === "choices") return ` -x -a ${quote(value.choices.join(" "))}`;
  if (value.kind === "profiles") return ` -x -a ${quote(`(${LIST_PROFILES} 2>/dev/null)`)}`;
  return value.kind === "files" ? " -r -F" : " -x";
}

function meaning(description: string): string {
  return description === "" ? "" : ` -d ${quote(description)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
