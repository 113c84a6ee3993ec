// The completion script for bash. It needs only bash, from version 3.2 (macOS), and starts a process only to list
// profiles.
import { type CompletionEntry, LIST_PROFILES } from "./completion-model.ts";

/** Bash passes host:port as three words. This sets `all` and `count` of its caller to the words as they were typed. */
const COLONS = `_mintmark_typed() {
  local last="" word i
  count=0
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ $count -gt 0 && ( $word =~ ^:+$ || $last =~ ^:+$ ) ]]; then
      all[count-1]="\${all[count-1]}$word"
    else
      all[count]="$word"
      count=$((count + 1))
    fi
    last="$word"
  done
}

# Bash replaces only the text after the last colon.
_mintmark_after_colon() {
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    COMPREPLY=("\${COMPREPLY[@]#"\${cur%"\${cur##*:}"}"}")
  fi
}`;

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

${COLONS}

_mintmark() {
  local path="" at="" typed="" skip="" word words options profiles values kind i count
  local -a all; _mintmark_typed
  local cur="\${all[count-1]}" prev="\${all[count-2]}"
  # --option=value arrives as three words.
  [[ $cur == = ]] && cur=""
  [[ $prev == = && count -gt 3 ]] && prev="\${all[count-3]}"
  _mintmark_at ""
  for ((i = 1; i < count - 1; i++)); do
    word="\${all[i]}"
    if [[ $word == = ]]; then
      continue
    elif [[ -n $skip ]]; then
      skip=""
    elif [[ $word == -* ]]; then
      if _mintmark_values "$path" "$word"; then skip=yes; fi
    elif [[ -z $typed ]] && _mintmark_at "\${path:+$path }$word"; then
      path="$at"
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
  _mintmark_after_colon
}
complete -F _mintmark mintmark
`;
}

function describeEntry({ path, spellings, words, options, takesProfile }: CompletionEntry): string {
  const names = words.map(({ name }) => name).join(" ");
  const flags = options.map(({ name }) => name).join(" ");
  const patterns = spellings.map((spelling) => `"${spelling}"`).join(" | ");
  return `    ${patterns}) at="${path}" words="${names}" options="${flags}" profiles="${takesProfile ? "yes" : ""}" ;;`;
}

function describeValues({ path, values }: CompletionEntry): string[] {
  return values.map(({ flags, kind, choices }) => {
    const patterns = flags.map((flag) => `"${path} ${flag}"`).join(" | ");
    return `    ${patterns}) kind=${kind} values="${choices.join(" ")}" ;;`;
  });
}
