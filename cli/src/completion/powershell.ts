// The completion script for PowerShell: a table of the commands, and a completer that looks up the typed words in it.
import { type Candidate, type CompletionEntry, LIST_PROFILES } from "./completion-model.ts";

export function powershellScript(entries: readonly CompletionEntry[]): string {
  return `# PowerShell completion for mintmark, written by: mintmark completion powershell

Register-ArgumentCompleter -Native -CommandName mintmark -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $commands = @{
${entries.map(describeEntry).join("\n")}
    }
    $names = @{
${entries.flatMap(otherNames).join("\n")}
    }
    $path = ''
    $typed = $false
    $pending = $null
    foreach ($element in @($commandAst.CommandElements | Select-Object -Skip 1)) {
        # The word under the cursor is the one to complete.
        if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete -ne '') { break }
        $word = $element.ToString()
        if ($null -ne $pending) { $pending = $null; continue }
        if ($word.StartsWith('-')) {
            # -f and -F are two options, and the keys of a table would be one.
            $pending = $commands[$path].Takes | Where-Object { ($_ -split "\`t")[0] -ceq $word } | Select-Object -First 1
            continue
        }
        $longer = "$path $word".Trim()
        if ($names.ContainsKey($longer)) { $longer = $names[$longer] }
        if (-not $typed -and $commands.ContainsKey($longer)) { $path = $longer } else { $typed = $true }
    }
    $entry = $commands[$path]
    $profiles = { ${LIST_PROFILES} 2>$null }
    $candidates = @(
        if ($null -ne $pending) {
            $flag, $kind, $choices = $pending -split "\`t"
            if ($kind -eq 'choices') { $choices -split ' ' }
            elseif ($kind -eq 'profiles') { & $profiles }
        }
        elseif ($wordToComplete.StartsWith('-')) { $entry.Options }
        elseif (-not $typed) { if ($entry.TakesProfile) { & $profiles } else { $entry.Words } }
    )
    foreach ($candidate in $candidates) {
        $name, $description = $candidate -split "\`t", 2
        if (-not $name.StartsWith($wordToComplete)) { continue }
        $tip = if ([string]::IsNullOrEmpty($description)) { $name } else { $description }
        [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $tip)
    }
}
`;
}

function otherNames({ path, spellings }: CompletionEntry): string[] {
  return spellings
    .filter((spelling) => spelling !== path)
    .map((spelling) => `        ${quote(spelling)} = ${quote(path)}`);
}

function describeEntry({ path, words, takesProfile, options, values }: CompletionEntry): string {
  const taken = values.flatMap(({ flags, kind, choices }) =>
    flags.map((flag) => `"${[flag, kind, choices.join(" ")].join("`t")}"`),
  );
  return [
    `        ${quote(path)} = @{`,
    `            Words = @(${list(words)})`,
    `            TakesProfile = $${takesProfile}`,
    `            Options = @(${list(options)})`,
    `            Takes = @(${taken.join(", ")})`,
    "        }",
  ].join("\n");
}

/** Name and description with a tab between, which neither of them holds. */
function list(candidates: readonly Candidate[]): string {
  return candidates.map(({ name, description }) => `"${escape(name)}\`t${escape(description)}"`).join(", ");
}

function escape(text: string): string {
  return text.replaceAll("`", "``").replaceAll('"', '`"').replaceAll("$", "`$");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
