// Output at terminals of several widths: lists and facts fit them, and help fits 80 columns.
import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { PassThrough } from "node:stream";
import { after, before, test } from "node:test";
import { createProgram, describeCommand, listCommands, widthOf } from "@mintmark/terminal";
import { loadCliConfig } from "../src/config.ts";
import type { Context } from "../src/context.ts";
import { PROGRAM } from "../src/program.ts";
import { run } from "../src/run.ts";
import { type Person, Seed, type SeededOrganization } from "../../server/test/support/seed.ts";
import { startInstance, type TestInstance } from "../../server/test/support/instance.ts";

const LONG_NAME = "release pipeline of the payments team, 本番環境 🚀";

let instance: TestInstance;
let organization: SeededOrganization;
let owner: Person;
let token: string;
before(async () => {
  instance = await startInstance();
  const seed = new Seed(instance);
  owner = await seed.person("Augusta Ada King, Countess of Lovelace");
  organization = await seed.organization(owner, "The Analytical Engine Company of London");
  const member = await seed.person("李小龍 Bruce");
  await seed.member(organization, member, "member");
  await seed.token(member, organization, { name: LONG_NAME });
  await seed.apiKey(organization, owner, { name: LONG_NAME });
  token = (await seed.token(owner, organization, { name: LONG_NAME })).secret;
});
after(() => instance.close());

/** The lines at a terminal of this width, or in a file. */
async function lines(columns: number | null, args: readonly string[]): Promise<readonly string[]> {
  let text = "";
  const collect = (): Writable =>
    new Writable({ write: (chunk, _encoding, done) => done(void (text += String(chunk))) });
  const stdout = Object.assign(collect(), columns === null ? {} : { isTTY: true, columns });
  const environment = { HOME: "/nowhere", MINTMARK_URL: instance.url, MINTMARK_TOKEN: token, NO_COLOR: "1" };
  const streams = { stdin: new PassThrough().end(), stdout, stderr: collect() };
  await run(args, loadCliConfig(environment), streams);
  return text.trimEnd().split("\n");
}

for (const args of [
  ["tokens", "list"],
  ["tokens", "list", "--org"],
  ["orgs", "list"],
  ["members", "list"],
  ["api-keys", "list"],
  ["mcp", "config", "--list"],
  ["whoami"],
  ["tokens", "show", "current"],
]) {
  test(`mintmark ${args.join(" ")} fits terminals of 80 and 120 columns, and a file gets everything`, async () => {
    const whole = await lines(null, args);
    for (const columns of [80, 120]) {
      const shown = await lines(columns, args);
      for (const line of shown) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`);
      // An id is what other commands take, so it stays whole.
      for (const id of whole.join("\n").match(/\b(?:pat|key|org|mem)_[0-9a-f]{32}\b/g) ?? [])
        assert.ok(shown.join("\n").includes(id), `${columns}: ${id}`);
    }
    if (args.includes("tokens")) assert.ok(whole.join("\n").includes(LONG_NAME));
  });
}

test("whoami breaks no word", async () => {
  const words = (text: readonly string[]): readonly string[] => text.join(" ").split(/\s+/);
  assert.deepEqual(words(await lines(80, ["whoami"])), words(await lines(null, ["whoami"])));
});

test("the help of every command fits 80 columns", async () => {
  const tree = describeCommand(await createProgram(PROGRAM, {} as Context, () => {}));
  for (const { path } of listCommands(tree)) {
    for (const line of await lines(null, [...path, "--help"]))
      assert.ok(line.length <= 80, `mintmark ${path.join(" ")} --help: ${line}`);
  }
});
