// The completion script for bash. It needs only bash, from version 3.2 (macOS), and starts a process only to list
// profiles.
import { type CompletionEntry, LIST_PROFILES } from "./completion-model.ts";

export function bashScript(entries: readonly CompletionEntry[]): string {
  return `# bash completion for mintmark, written by: mintmark completion bash

_mintmark_at() {
  case "$1" in
${entries.map(describeEntry).join("\n")}
    *) return 1 ;;
  esac
}

_mintmark_values() {
  case "$1 $2" in
${entries.flatMap(describeValues).join("\n")}
    *) return 1 ;;
  esac
}

_mintmark() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local path="" typed="" skip="" word words options profiles values kind i
  # --option=value arrives as three words.
  [[ $cur == = ]] && cur=""
  [[ $prev == = && COMP_CWORD -gt 2 ]] && prev="\${COMP_WORDS[COMP_CWORD-2]}"
  _mintmark_at ""
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ $word == = ]]; then
      continue
    elif [[ -n $skip ]]; then
      skip=""
    elif [[ $word == -* ]]; then
      if _mintmark_values "$path" "$word"; then skip=yes; fi
    elif [[ -z $typed && " $words " == *" $word "* ]] && _mintmark_at "\${path:+$path }$word"; then
      path="\${path:+$path }$word"
    else
      typed=yes
    fi
  done
  COMPREPLY=()
  if _mintmark_values "$path" "$prev"; then
    case "$kind" in
      choices) COMPREPLY=($(compgen -W "$values" -- "$cur")) ;;
      profiles) COMPREPLY=($(compgen -W "$(${LIST_PROFILES} 2>/dev/null)" -- "$cur")) ;;
      files) COMPREPLY=($(compgen -f -- "$cur")) ;;
    esac
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ -z $typed ]]; then
    [[ -n $profiles ]] && words="$(${LIST_PROFILES} 2>/dev/null)"
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}

complete -F _mintmark mintmark
`;
}

function describeEntry({ path, words, options, takesProfile }: CompletionEntry): string {
  const names = words.map(({ name }) => name).join(" ");
  const flags = options.map(({ name }) => name).join(" ");
  return `    "${path}") words="${names}" options="${flags}" profiles="${takesProfile ? "yes" : ""}" ;;`;
}

function describeValues({ path, values }: CompletionEntry): string[] {
  return values.map(({ flags, kind, choices }) => {
    const patterns = flags.map((flag) => `"${path} ${flag}"`).join(" | ");
    return `    ${patterns}) kind=${kind} values="${choices.join(" ")}" ;;`;
  });
}
