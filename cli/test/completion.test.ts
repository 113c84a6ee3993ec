// Sources the completion scripts in the installed shells. They offer the words and options that the commands declare.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { bashScript } from "../src/completion/bash.ts";
import { type CompletionEntry, completionEntries } from "../src/completion/completion-model.ts";
import { fishScript } from "../src/completion/fish.ts";
import { powershellScript } from "../src/completion/powershell.ts";
import { zshScript } from "../src/completion/zsh.ts";
import { allCommands } from "../../scripts/manual/trees.ts";
import { skipWithout } from "../../tests/support/debian-packages.ts";
import { ProfileSettings } from "../src/profile-settings.ts";

const BIN = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));

let folder: string;
let entries: readonly CompletionEntry[];
before(async () => {
  entries = completionEntries(await allCommands(), { client: [{ name: "cursor", description: 'Cursor\'s "own" $1' }] });
  folder = mkdtempSync(join(tmpdir(), "mintmark-completion-"));
  const settings = new ProfileSettings(join(folder, "mintmark"));
  settings.save("work", { host: "https://tokens.example.com" });
  settings.save("wiki.example.com:8443", { host: "https://wiki.example.com:8443" });
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Typed words, of which the last is to be completed, and the expected candidates. */
const CASES: readonly (readonly [typed: readonly string[], offered: readonly string[]])[] = [
  [["tok"], ["tokens"]],
  [["token", "sh"], ["show"]],
  [["token", "delete", "--y"], ["--yes"]],
  [["tokens", "ls", "--state", "rev"], ["revoked"]],
  [
    ["tokens", "re"],
    ["replace", "revoke"],
  ],
  [["--json", "tokens", "sh"], ["show"]],
  [["tokens", "revoke", "--y"], ["--yes"]],
  [["tokens", "revoke", "--jso"], ["--json"]],
  [["tokens", "revoke", "current", "re"], []],
  [["nonsense", "li"], []],
  [
    ["scanner-rules", "--format", ""],
    ["gitleaks", "regex", "trufflehog"],
  ],
  [["scanner-rules", "--format", "gitleaks", "--pre"], ["--prefix"]],
  [["login", "--host", "tok"], []],
  [["login", "--host", "https://tokens.example.com", "--with"], ["--with-token"]],
  [["completion", "f"], ["fish"]],
  [["completion", "fish", ""], []],
  [["mcp", "config", "cur"], ["cursor"]],
  [["auth", "switch", "wo"], ["work"]],
  [
    ["whoami", "--profile", ""],
    ["wiki.example.com:8443", "work"],
  ],
];

/** Writes the script to a file, and returns the output of the shell that runs `driver`. */
function shell(name: string, script: string, driver: string, args: readonly string[]): string {
  const file = join(folder, `script.${name}`);
  writeFileSync(file, script);
  const program = join(folder, `driver.${name}`);
  writeFileSync(program, driver.replaceAll("SCRIPT", file));
  const env = { ...process.env, PATH: `${BIN}:${process.env["PATH"] ?? ""}`, XDG_CONFIG_HOME: folder };
  const { status, stdout, stderr } = spawnSync(name, [...args, program], { encoding: "utf8", env, cwd: folder });
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout;
}

/** The shells print one candidate per line, and this line after each case. */
const END = "|";

function assertOffered(stdout: string, cases: typeof CASES = CASES): void {
  const offered = stdout.split(`${END}\n`);
  assert.equal(offered.length, cases.length + 1, stdout);
  for (const [index, [typed, expected]] of cases.entries()) {
    const lines = (offered[index] ?? "").split("\n").filter((line) => line !== "");
    assert.deepEqual([...new Set(lines)].sort(), [...expected].sort(), typed.join(" "));
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const BASH = (typed: readonly string[]): string =>
  `COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'; COMP_WORDS=(mintmark ${typed.map(quote).join(" ")}); COMP_CWORD=${typed.length}; _mintmark
   [[ \${#COMPREPLY[@]} -gt 0 ]] && printf '%s\\n' "\${COMPREPLY[@]}"; echo '${END}'`;

function bash(cases: typeof CASES): string {
  const driver = `source SCRIPT\n${cases.map(([typed]) => BASH(typed)).join("\n")}\ntrue\n`;
  return shell("bash", bashScript(entries), driver, ["--norc", "--noprofile"]);
}

test("bash offers the words and options that fit", () => {
  assertOffered(bash(CASES));
});

test("bash offers every command, option and choice", () => {
  const asked = entries.flatMap(({ path, words, options, values, takesProfile }) => {
    const at = path === "" ? [] : path.split(" ");
    const namesOf = (candidates: readonly { readonly name: string }[]) => candidates.map(({ name }) => name);
    const chosen = values.filter(({ kind }) => kind === "choices");
    return [
      [[...at, "-"], namesOf(options)] as const,
      ...(takesProfile ? [] : [[[...at, ""], namesOf(words)] as const]),
      ...chosen.flatMap(({ flags, choices }) => flags.map((flag) => [[...at, flag, ""], choices] as const)),
    ];
  });
  assert.ok(asked.length > 60);
  assertOffered(bash(asked), asked);
});

test("bash completes a value after =, although it treats = as a separate word", () => {
  const cases: typeof CASES = [
    [["scanner-rules", "--format", "=", "git"], ["gitleaks"]],
    [["scanner-rules", "--format", "=", "regex", "--pre"], ["--prefix"]],
  ];
  assertOffered(bash(cases), cases);
});

test("bash completes a profile that is named after a host and its port, although it treats : as a separate word", () => {
  const cases: typeof CASES = [
    [["whoami", "--profile", "wiki.example.com", ":"], ["8443"]],
    [["whoami", "--profile", "wiki.example.com", ":", "84"], ["8443"]],
    [["whoami", "--profile", "=", "wiki.example.com", ":", "84"], ["8443"]],
    [["auth", "switch", "wiki.example.com", ":", "8"], ["8443"]],
    [["whoami", "--profile", "wiki.example.com", ":", "8443", "--ins"], ["--insecure"]],
    [["whoami", "--profile", "work", ":", "84"], []],
  ];
  assertOffered(bash(cases), cases);
});

test("fish offers the words and options that fit", skipWithout("fish"), () => {
  const lines = CASES.map(
    ([typed]) => `complete -C ${quote(["mintmark", ...typed].join(" "))} | string replace -r '\\t.*' ''\necho '${END}'`,
  );
  const driver = `source SCRIPT\n${lines.join("\n")}\n`;
  assertOffered(shell("fish", fishScript(entries), driver, ["--no-config"]));
});

test("zsh offers the words and options that fit", skipWithout("zsh"), () => {
  // The test prints the candidates instead of passing them to the completion system.
  const system = `
    compdef() { }
    _files() { }
    _describe() { [[ $1 == -o ]] && shift; local name="$2"; print -l -- \${\${(P)name}%%:*} | grep -e "^\${words[CURRENT]}" }
    compadd() { [[ $1 == -- ]] && shift; [[ $# -gt 0 ]] && print -l -- "$@" | grep -e "^\${words[CURRENT]}" }`;
  const lines = CASES.map(
    ([typed]) =>
      `words=(mintmark ${typed.map(quote).join(" ")}); CURRENT=${typed.length + 1}; _mintmark; print '${END}'`,
  );
  const driver = `${system}\nsource SCRIPT\n${lines.join("\n")}\ntrue\n`;
  assertOffered(shell("zsh", zshScript(entries), driver, ["-f"]));
});

test("PowerShell offers the words and options that fit", skipWithout("pwsh"), () => {
  const lines = CASES.map(([typed]) => {
    const line = ["mintmark", ...typed].join(" ").replaceAll("'", "''");
    return `(TabExpansion2 -inputScript '${line}' -cursorColumn ${line.length}).CompletionMatches.CompletionText\n'${END}'`;
  });
  const driver = `. SCRIPT\n${lines.join("\n")}\n`;
  assertOffered(shell("pwsh", powershellScript(entries), driver, ["-NoProfile", "-File"]));
});

test("the PowerShell script quotes descriptions, and distinguishes -f from -F", () => {
  const script = powershellScript(entries);
  assert.ok(script.includes('"cursor`tCursor\'s `"own`" `$1"'));
  assert.match(script, /"-f`tunknown`t", /);
  assert.match(script, /"-F`tunknown`t", /);
  for (const [open, close] of ["{}", "()", "[]"]) {
    const bare = script.replaceAll(/"(?:[^"`]|`.)*"|'[^']*'|#.*/g, "");
    assert.equal(bare.split(open ?? "").length, bare.split(close ?? "").length);
  }
});
