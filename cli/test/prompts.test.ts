// The commands at a terminal, within this process: a stream that claims to be a terminal, and keys typed into it.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { run } from "../src/run.ts";
import { loadCliConfig } from "../src/config.ts";
import { createWorld, startSurroundings, type Surroundings, type World } from "./world.ts";

let surroundings: Surroundings;
let world: World;
before(async () => {
  surroundings = await startSurroundings();
  world = await createWorld(surroundings);
});
after(async () => {
  await world.remove();
  await surroundings.close();
});

interface Session {
  readonly exitCode: number;
  readonly stdout: string;
  /** The text that was sent to the terminal, with the questions. */
  readonly drawn: string;
}

/** Runs the command at a terminal; `keys` are typed once `question` is drawn. */
async function at(args: readonly string[], question: string, keys: string, env = {}): Promise<Session> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const stdout = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 30 });
  let drawn = "";
  let typed = false;
  stderr.on("data", (chunk: Buffer) => {
    drawn += chunk.toString();
    if (typed || !stripVTControlCharacters(drawn).includes(question)) return;
    typed = true;
    // A person types after the question has been drawn.
    setImmediate(() => stdin.write(keys));
  });
  const { DBUS_SESSION_BUS_ADDRESS: _bus, ...environment } = world.environment;
  const config = loadCliConfig({ ...environment, MINTMARK_KEYRING: "off", ...env });
  const exitCode = await run(args, config, { stdin, stdout, stderr });
  stdout.end();
  const result = { exitCode, stdout: Buffer.concat(await stdout.toArray()).toString(), drawn };
  for (const secret of world.secrets) assert.equal((result.stdout + drawn).includes(secret), false);
  return result;
}

const secretOf = (name: string): string => world.variables[name] ?? assert.fail(`there is no ${name}`);
const ENTER = "\r";
const CTRL_C = "\u0003";

test("Ctrl-C at the question for the token exits with 130, prints nothing and stores nothing", async () => {
  const { exitCode, stdout, drawn } = await at(["login", "--with-token"], "Token for", CTRL_C);
  assert.equal(exitCode, 130);
  assert.equal(stdout, "");
  assert.doesNotMatch(drawn, /mintmark:/);
  assert.equal(existsSync(join(world.home, ".config")), false);
});

test("no part of a typed token is drawn", async () => {
  const token = secretOf("TOKEN");
  const { exitCode, stdout, drawn } = await at(["login", "--with-token"], "Token for", token + ENTER);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^Logged in to /);
  assert.equal(drawn.includes(token.slice(0, 10)), false);
});

test("Enter alone, n and Ctrl-C revoke nothing", async () => {
  const id = secretOf("ENDING_ID");
  for (const [keys, exitCode] of [
    [ENTER, 1],
    ["n", 1],
    [CTRL_C, 130],
  ] as const) {
    const session = await at(["tokens", "revoke", id], 'Revoke "ci" of Acme?', keys);
    assert.equal(session.exitCode, exitCode);
    assert.equal(session.stdout, "");
  }
  const { exitCode } = await at(["whoami"], "", "", { MINTMARK_TOKEN: secretOf("ENDING") });
  assert.equal(exitCode, 0);
});

test("y revokes", async () => {
  const { exitCode, stdout } = await at(["tokens", "revoke", secretOf("ENDING_ID")], 'Revoke "ci" of Acme?', "y");
  assert.equal(exitCode, 0);
  assert.match(stdout, /^Revoked "ci"/);
  assert.equal((await at(["whoami"], "", "", { MINTMARK_TOKEN: secretOf("ENDING") })).exitCode, 4);
});

test("a hostile name in the question cannot move the cursor", async () => {
  const { drawn } = await at(["tokens", "revoke", "current"], "Revoke", ENTER, { MINTMARK_TOKEN: secretOf("HOSTILE") });
  assert.equal(drawn.includes("\u001b[2J"), false);
  assert.equal(drawn.includes("\u202e"), false);
  assert.match(stripVTControlCharacters(drawn), /\\u001b\[2Jcleared \\u202eexe\.txt/);
});

test("colors are drawn at a terminal, and not with --no-color or NO_COLOR", async () => {
  const color = "\u001b[31merror:";
  assert.equal((await at(["bogus"], "", "")).drawn.includes(color), true);
  assert.equal((await at(["bogus", "--no-color"], "", "")).drawn.includes(color), false);
  assert.equal((await at(["bogus"], "", "", { NO_COLOR: "1" })).drawn.includes(color), false);
  assert.equal((await at(["bogus", "--json"], "", "")).drawn.includes("\u001b"), false);
});

test("a terminal shows a secret only with --show", async () => {
  const token = secretOf("NARROW");
  const refused = await at(["auth", "token"], "", "", { MINTMARK_TOKEN: token });
  assert.equal(refused.exitCode, 2);
  assert.match(refused.drawn, /refusing to print a secret to a terminal/);
  // `at` fails when the output contains a secret.
  const shown = at(["auth", "token", "--show"], "", "", { MINTMARK_TOKEN: token });
  await assert.rejects(shown, assert.AssertionError);
});

test("auth switch asks among several, chooses the other of two, and changes nothing on Ctrl-C", async () => {
  await at(["logout"], "", "");
  for (const [name, profile] of [
    ["TOKEN", "one"],
    ["NARROW", "two"],
    ["KEY", "three"],
  ] as const) {
    await at(["login", "--with-token", "--profile", profile], "Token for", secretOf(name) + ENTER);
  }
  const active = async (): Promise<string> => {
    const { stdout } = await at(["auth", "status", "--json"], "", "", { MINTMARK_URL: "" });
    const { items } = JSON.parse(stdout) as { items: { profile: string; inUse: boolean }[] };
    return items.find(({ inUse }) => inUse)?.profile ?? "none";
  };
  assert.equal(await active(), "three");
  const left = await at(["auth", "switch"], "Which profile?", CTRL_C);
  assert.equal(left.exitCode, 130);
  assert.equal(await active(), "three");
  // The active profile is preselected, and the test chooses the one above it.
  const UP = "\u001b[A";
  assert.equal((await at(["auth", "switch"], "Which profile?", UP + ENTER)).exitCode, 0);
  assert.equal(await active(), "two");
  await at(["logout", "--profile", "three"], "", "");
  assert.match((await at(["auth", "switch"], "", "")).stdout, /^The active profile is one,/);
});
