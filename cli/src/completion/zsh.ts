// The completion script for zsh: words and options with their descriptions.
import { type Candidate, type CompletionEntry, LIST_PROFILES } from "./completion-model.ts";

const REGISTRATION = `# Loaded by the completion system from a folder of $fpath, or by eval in ~/.zshrc.
if [[ \${funcstack[1]} == _mintmark ]]; then
  _mintmark "$@"
else
  compdef _mintmark mintmark
fi
`;

export function zshScript(entries: readonly CompletionEntry[]): string {
  return `#compdef mintmark
# zsh completion for mintmark, written by: mintmark completion zsh

_mintmark_at() {
  takes_profile=""
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
  local command_path="" at="" typed="" skip="" word kind takes_profile i
  local -a candidates flags choices
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}"
  _mintmark_at ""
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if [[ -n $skip ]]; then
      skip=""
    elif [[ $word == -* ]]; then
      if _mintmark_values "$command_path" "$word"; then skip=yes; fi
    elif [[ -z $typed ]] && _mintmark_at "\${command_path:+$command_path }$word"; then
      command_path="$at"
    else
      typed=yes
    fi
  done
  _mintmark_at "$command_path"
  if _mintmark_values "$command_path" "$previous"; then
    case "$kind" in
      choices) compadd -- $choices ;;
      profiles) compadd -- \${(f)"$(${LIST_PROFILES} 2>/dev/null)"} ;;
      files) _files ;;
    esac
  elif [[ $current == -* ]]; then
    _describe -o option flags
  elif [[ -z $typed ]]; then
    if [[ -n $takes_profile ]]; then
      compadd -- \${(f)"$(${LIST_PROFILES} 2>/dev/null)"}
    else
      _describe command candidates
    fi
  fi
}

${REGISTRATION}`;
}

function describeEntry({ path, spellings, words, options, takesProfile }: CompletionEntry): string {
  const profile = takesProfile ? " takes_profile=yes" : "";
  const patterns = spellings.map((spelling) => `"${spelling}"`).join(" | ");
  return `    ${patterns}) at="${path}" candidates=(${list(words)}) flags=(${list(options)})${profile} ;;`;
}

function describeValues({ path, values }: CompletionEntry): string[] {
  return values.map(({ flags, kind, choices }) => {
    const patterns = flags.map((flag) => `"${path} ${flag}"`).join(" | ");
    return `    ${patterns}) kind=${kind} choices=(${choices.join(" ")}) ;;`;
  });
}

/** `name:description`, quoted. A colon in the name is escaped, because it would end the name. */
function list(candidates: readonly Candidate[]): string {
  return candidates
    .map(({ name, description }) => quote(description === "" ? name : `${name}:${description}`))
    .join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
