// The manual pages and the reference in docs/cli.md agree with the help of the commands.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type CommandNode, EXIT, listRunnable } from "@mintmark/terminal";
import { manPage, MINTMARK, MINTMARK_SERVER } from "../../scripts/manual/man-page.ts";
import { withReference } from "../../scripts/manual/reference.ts";
import { asLine, asText } from "../../scripts/manual/roff.ts";
import { allCommands, allServerCommands } from "../../scripts/manual/trees.ts";
import { skipWithout } from "../../tests/support/debian-packages.ts";

const GUIDE = fileURLToPath(new URL("../../docs/cli.md", import.meta.url));
const HINT = "it is old: run `npm run cli-pages`";

let program: CommandNode;
let server: CommandNode;
before(async () => {
  program = await allCommands();
  server = await allServerCommands();
});

const RELEASE = { version: "1.2.3", date: "2026-02-03" };
const pages = {
  mintmark: () => manPage(MINTMARK, program, RELEASE),
  "mintmark-server": () => manPage(MINTMARK_SERVER, server, RELEASE),
};

for (const [name, page] of Object.entries(pages)) {
  test(`the manual page of ${name} has every command`, () => {
    const text = page();
    const { commands } = name === "mintmark" ? program : server;
    assert.ok(commands.length >= 5);
    const missing = commands.filter(
      (node) => !text.includes(`.SS "${name.replace("-", "\\-")} ${node.name.replaceAll("-", "\\-")}`),
    );
    assert.deepEqual(missing, []);
  });
}

test("the reference in docs/cli.md agrees with the commands", () => {
  const guide = readFileSync(GUIDE, "utf8");
  assert.equal(guide, withReference(guide, program, server), HINT);
});

test("docs/cli.md explains every command, variable and exit code before its reference", () => {
  const guide = readFileSync(GUIDE, "utf8");
  const prose = guide.slice(0, guide.indexOf("## Reference"));
  const commands = [program, server].flatMap((tree) =>
    listRunnable(tree).map(({ path }) => [tree.name, ...path].join(" ")),
  );
  assert.ok(commands.length > 20);
  const variables = [...program.after.matchAll(/^ {2}([A-Z][A-Z_]+) {2,}/gm)].map(([, name]) => `\`${name}\``);
  assert.ok(variables.length > 4);
  const codes = Object.values(EXIT).map((code) => `| ${code} |`);
  const inHelp = [...program.after.matchAll(/^ {2}(\d+) {2,}/gm)].map(([, code]) => `| ${code} |`);
  assert.deepEqual(inHelp, codes);
  assert.deepEqual(
    [...commands, ...variables, ...codes].filter((text) => !prose.includes(text)),
    [],
  );
});

test("the manual page is ASCII, and uses only the requests of manual pages", () => {
  for (const page of [pages.mintmark(), pages["mintmark-server"]()]) {
    assert.match(page, /^[\n\x20-\x7e]*$/);
    const requests = new Set([...page.matchAll(/^[.'](\S*)/gm)].map(([, name]) => name));
    assert.deepEqual(requests, new Set(['\\"', "TH", "SH", "SS", "PP", "TP", "nf", "RS", "RE", "fi"]));
  }
});

test("text of a command cannot become a request or an escape of a manual page", () => {
  assert.equal(asText(".SH it's \\n a `b`"), "\\&.SH it\\(aqs \\en a \\(gab\\(ga");
  assert.equal(asLine("'x' -y ~/z"), "\\(aqx\\(aq \\-y \\(ti/z");
});

for (const [name, args] of [
  ["groff", ["-man", "-ww", "-z"]],
  ["mandoc", ["-man", "-Tlint", "-Wwarning"]],
] as const) {
  test(`${name} reports no problem in the manual pages`, skipWithout(name), (t) => {
    const folder = mkdtempSync(join(tmpdir(), "mintmark-manual-"));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const [program, page] of Object.entries(pages)) {
      const file = join(folder, `${program}.1`);
      writeFileSync(file, page());
      const { status, stdout, stderr } = spawnSync(name, [...args, file], { encoding: "utf8" });
      assert.deepEqual([status, stdout, stderr], [0, "", ""], program);
    }
  });
}
