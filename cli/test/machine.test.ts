// Machines that lack something that the command needs: a home folder, room on the disk, a readable file, a free lock. It
// says what is missing, prints no stack trace, never hangs, and works where it does not need the missing thing.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, before, beforeEach, describe, test } from "node:test";
import { createWorld, type Run, startSurroundings, type Surroundings, type World } from "./world.ts";

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
beforeEach(() => {
  for (const name of readdirSync(world.home)) rmSync(join(world.home, name), { recursive: true, force: true });
});

/** Longer than the command waits for a lock. */
const PATIENCE_S = 20;

/** Runs the line, whose `mintmark` ends in time, and whose output is no stack trace and reports no bug. */
async function sh(line: string, more: Readonly<Record<string, string>> = {}): Promise<Run> {
  const ran = await world.sh(line.replaceAll(/\bmintmark(?= [a-z-])/g, `timeout ${PATIENCE_S} mintmark`), more);
  assert.notEqual(ran.exitCode, 124, `this hangs: ${line}`);
  assert.doesNotMatch(ran.stdout + ran.stderr, /^ +at |this is a fault|node:internal/m, line);
  return ran;
}

function write(path: string, text: string): string {
  const whole = join(world.home, path);
  mkdirSync(dirname(whole), { recursive: true, mode: 0o700 });
  writeFileSync(whole, text);
  return whole;
}

/** Node finds no home folder, as for a user without HOME and without an entry in passwd. */
const NO_HOME = `--import=data:text/javascript,${encodeURIComponent(
  'import os from "node:os"; import { syncBuiltinESMExports } from "node:module"; os.homedir = () => { throw Object.assign(new Error("no home"), { code: "ERR_SYSTEM_ERROR" }); }; syncBuiltinESMExports();',
)}`;

test("a user without a home folder uses a token from the environment, and learns that nothing can be stored", async () => {
  const homeless = { NODE_OPTIONS: NO_HOME };
  const { stdout, exitCode } = await sh("unset HOME; MINTMARK_TOKEN=$TOKEN mintmark whoami", homeless);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^Token +laptop /m);
  assert.equal((await sh("unset HOME; mintmark --version", homeless)).exitCode, 0);
  assert.equal((await sh("unset HOME; mintmark auth status", homeless)).exitCode, 4);
  for (const command of ["login --with-token", "mcp config claude-desktop --write"]) {
    const { stderr, exitCode: failed } = await sh(`unset HOME; printf %s "$TOKEN" | mintmark ${command}`, homeless);
    assert.equal(failed, 1, command);
    assert.match(stderr, /this user has no home folder\nmintmark: hint: set HOME/);
  }
});

// In these folders no folder can be created, not even by root.
for (const home of ["/proc/self", "/dev/null", "/sys"].filter((folder) => existsSync(folder))) {
  test(`with HOME=${home} a token from the environment works, and login says that it cannot store one`, async () => {
    const { stdout, exitCode } = await sh("MINTMARK_TOKEN=$TOKEN mintmark whoami", { HOME: home });
    assert.equal(exitCode, 0);
    assert.match(stdout, /^Token +laptop /m);
    const { stderr, exitCode: failed } = await sh('printf %s "$TOKEN" | mintmark login --with-token', { HOME: home });
    assert.equal(failed, 1);
    assert.match(stderr, new RegExp(`error: cannot write ${home}/.config/mintmark/credentials.json: .+ \\(E[A-Z]+\\)`));
  });
}

describe("output that cannot be written", { skip: existsSync("/dev/full") ? false : "no /dev/full here" }, () => {
  for (const command of [
    "--version",
    "--help",
    "completion bash",
    "auth status --json",
    "scanner-rules --format regex",
  ]) {
    test(`mintmark ${command} > /dev/full says that the disk is full`, async () => {
      const { stderr, exitCode } = await sh(`mintmark ${command} > /dev/full`);
      assert.equal(exitCode, 1);
      assert.match(stderr, /cannot write the output: .*no space left on device/i);
      assert.equal((await sh(`mintmark ${command} > /dev/full 2>&1`)).exitCode, 1);
    });
  }

  test("mintmark-server says it too, and an instance keeps running", async () => {
    const { stderr, exitCode } = await sh("mintmark-server --help > /dev/full");
    assert.equal(exitCode, 1);
    assert.match(stderr, /cannot write the output: no space left on device/);
    // `timeout` ends the instance, which shows that nothing else did.
    const served = await world.sh("timeout 3 mintmark-server serve > /dev/full 2>&1", {
      MINTMARK_DATA: join(world.home, "full.db"),
      MINTMARK_PORT: "0",
    });
    assert.equal(served.exitCode, 124);
  });

  test("a reader that leaves early is no error", async () => {
    const { stdout, stderr, exitCode } = await sh("mintmark completion bash | head -1");
    assert.deepEqual([stdout.split("\n").length, stderr, exitCode], [2, "", 0]);
  });
});

test("a login that cannot be written, as on a full disk, is refused before the token is used", async () => {
  // The limit of the size of files stands for the full disk, because it needs no rights.
  const { stderr, exitCode } = await sh('(ulimit -f 0; printf %s "$TOKEN" | mintmark login --with-token)');
  assert.equal(exitCode, 1);
  assert.match(stderr, /error: cannot write .+credentials\.json: file too large \(EFBIG\)/);
  assert.deepEqual(readdirSync(world.home), []);
});

describe("a config.json that cannot be read", () => {
  const KINDS: Readonly<Record<string, (path: string) => void>> = {
    damaged: (path) => writeFileSync(path, '{"profiles": 1'),
    folder: (path) => mkdirSync(path),
    pipe: (path) => execFileSync("mkfifo", [path]),
    loop: (path) => symlinkSync(path, path),
    device: (path) => symlinkSync("/dev/zero", path),
  };
  for (const [kind, make] of Object.entries(KINDS)) {
    test(`${kind}: stops only commands that need it`, async () => {
      const path = join(world.home, ".config", "mintmark", "config.json");
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      make(path);
      for (const command of ["whoami", "tokens list", "auth status", "api GET /api/whoami"]) {
        const { exitCode, stderr } = await sh(`MINTMARK_TOKEN=$TOKEN mintmark ${command}`);
        assert.equal(exitCode, 0, `${command}: ${stderr}`);
      }
      const verified = await sh('printf %s "$TOKEN" | MINTMARK_SERVICE_KEY=$SERVICE mintmark verify -');
      assert.equal(verified.exitCode, 0, verified.stderr);
      for (const command of ["whoami", "auth switch work", "logout", "login --with-token"]) {
        const { exitCode, stderr } = await sh(`printf %s "$TOKEN" | mintmark ${command}`);
        assert.equal(exitCode, 1, command);
        assert.match(stderr, /error: cannot (?:read|write) .+config\.json: /);
      }
    });
  }
});

test("a config.json that is a link is written through the link, and its target keeps its place", async () => {
  const dotfiles = write("dotfiles/mintmark.json", '{"activeProfile": null}');
  const link = join(world.home, ".config", "mintmark", "config.json");
  mkdirSync(dirname(link), { recursive: true, mode: 0o700 });
  symlinkSync("../../dotfiles/mintmark.json", link);
  const stored = await sh('printf %s "$TOKEN" | mintmark login --with-token --profile work');
  assert.equal(stored.exitCode, 0, stored.stderr);
  assert.equal(lstatSync(link).isSymbolicLink(), true);
  assert.match(readFileSync(dotfiles, "utf8"), /"activeProfile": "work"/);
  assert.deepEqual(readdirSync(dirname(dotfiles)), ["mintmark.json"]);
  // The same for a link whose target does not exist yet.
  rmSync(dotfiles);
  assert.equal((await sh('printf %s "$TOKEN" | mintmark login --with-token --profile home')).exitCode, 0);
  assert.match(readFileSync(dotfiles, "utf8"), /"activeProfile": "home"/);
  assert.equal(lstatSync(link).isSymbolicLink(), true);
});

describe("a lock that cannot be taken", () => {
  const LOGIN = 'printf %s "$TOKEN" | mintmark login --with-token --profile work';
  const lock = (): string => join(world.home, ".config", "mintmark", "config.json.lock");

  test("a folder with its name is named, and stays", async () => {
    write(".config/mintmark/config.json.lock/mine.txt", "mine");
    utimesSync(lock(), 0, 0);
    const { stderr, exitCode } = await sh(LOGIN);
    assert.equal(exitCode, 1);
    assert.match(stderr, /error: cannot remove the lock .+config\.json\.lock: /);
    assert.equal(readFileSync(join(lock(), "mine.txt"), "utf8"), "mine");
  });

  test("a link that leads nowhere counts as an old lock", async () => {
    mkdirSync(dirname(lock()), { recursive: true, mode: 0o700 });
    symlinkSync("/nowhere", lock());
    lutimesSync(lock(), 0, 0);
    const { stderr, exitCode } = await sh(LOGIN);
    assert.equal(exitCode, 0, stderr);
    assert.equal(existsSync(lock()), false);
  });
});

test("without the keyring that has the token, logout ends the login and names the page that revokes the token", async () => {
  const { url } = surroundings.instance;
  const profile = new URL(url).host;
  const kept = { activeProfile: profile, profiles: { [profile]: { host: url } }, kept: { [url]: "keyring" } };
  const config = write(".config/mintmark/config.json", JSON.stringify(kept));
  const first = await sh("mintmark logout --revoke");
  assert.equal(first.exitCode, 1);
  assert.match(first.stderr, /hint: unlock it and try again, or log out without --revoke/);
  assert.deepEqual(JSON.parse(readFileSync(config, "utf8")), kept);
  const { stdout, stderr, exitCode } = await sh("mintmark logout");
  assert.equal(exitCode, 0);
  assert.equal(stdout, `Logged out of ${url}\n`);
  assert.match(stderr, new RegExp(`warning: the token is still in .+ revoke it at ${url}/settings/tokens`));
  assert.equal((await sh("mintmark whoami")).exitCode, 4);
  assert.match((await sh("mintmark logout")).stdout, /^No token was stored/);
});

test("the command works in a folder that was deleted, and with closed streams", async () => {
  const { exitCode } = await sh('mkdir gone && cd gone && rmdir ../gone && MINTMARK_TOKEN="$TOKEN" mintmark whoami');
  assert.equal(exitCode, 0);
  const closed = await sh("mintmark login --with-token <&-");
  assert.equal(closed.exitCode, 2);
  assert.match(closed.stderr, /standard input is empty/);
  assert.equal((await sh("mintmark --help >&-")).exitCode, process.platform === "win32" ? 1 : 0);
});
