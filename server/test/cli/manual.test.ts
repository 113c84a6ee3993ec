// The manual page and the reference in docs/cli.md say what the commands say of themselves.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type CommandNode, listRunnable } from "../../src/cli/command-tree.ts";
import { allCommands } from "../../src/cli/manual/all-commands.ts";
import { manPage } from "../../src/cli/manual/man-page.ts";
import { withReference } from "../../src/cli/manual/reference.ts";
import { asLine, asText } from "../../src/cli/manual/roff.ts";
import { VERSION } from "../../src/version.ts";

const MANUAL = fileURLToPath(new URL("../../man/mintmark.1", import.meta.url));
const GUIDE = fileURLToPath(new URL("../../../docs/cli.md", import.meta.url));
const HINT = "it is old: run `npm run cli-pages`";

let program: CommandNode;
before(async () => {
  program = await allCommands();
});

test("the manual page is that of the commands", () => {
  assert.equal(readFileSync(MANUAL, "utf8"), manPage(program, VERSION), HINT);
});

test("the reference in docs/cli.md is that of the commands", () => {
  const guide = readFileSync(GUIDE, "utf8");
  assert.equal(guide, withReference(guide, program), HINT);
});

test("docs/cli.md speaks of every command, variable and exit code before its reference", () => {
  const guide = readFileSync(GUIDE, "utf8");
  const prose = guide.slice(0, guide.indexOf("## Reference"));
  const commands = listRunnable(program).map(({ path }) => ["mintmark", ...path].join(" "));
  assert.ok(commands.length > 20);
  const variables = [...program.after.matchAll(/^ {2}([A-Z][A-Z_]+) {2,}/gm)].map(([, name]) => `\`${name}\``);
  assert.ok(variables.length > 4);
  const codes = [...(/Exit codes:\n(.*)/.exec(program.after)?.[1] ?? "").matchAll(/\d+/g)].map(
    ([code]) => `| ${code} |`,
  );
  assert.ok(codes.length > 3);
  assert.deepEqual(
    [...commands, ...variables, ...codes].filter((text) => !prose.includes(text)),
    [],
  );
});

test("the manual page is ASCII, and has no request but those of manual pages", () => {
  const page = readFileSync(MANUAL, "utf8");
  assert.match(page, /^[\n\x20-\x7e]*$/);
  const requests = new Set([...page.matchAll(/^[.'](\S*)/gm)].map(([, name]) => name));
  assert.deepEqual(requests, new Set(['\\"', "TH", "SH", "SS", "PP", "TP", "nf", "RS", "RE", "fi"]));
});

test("text of a command is no request and no escape of a manual page", () => {
  assert.equal(asText(".SH it's \\n a `b`"), "\\&.SH it\\(aqs \\en a \\(gab\\(ga");
  assert.equal(asLine("'x' -y ~/z"), "\\(aqx\\(aq \\-y \\(ti/z");
});

for (const [name, args] of [
  ["groff", ["-man", "-ww", "-z"]],
  ["mandoc", ["-man", "-Tlint", "-Wwarning"]],
] as const) {
  const isThere = spawnSync(name, ["--version"]).error === undefined;
  test(`${name} has nothing to say about the manual page`, { skip: isThere ? false : `no ${name} here` }, () => {
    const { status, stdout, stderr } = spawnSync(name, [...args, MANUAL], { encoding: "utf8" });
    assert.deepEqual([status, stdout, stderr], [0, "", ""]);
  });
}
