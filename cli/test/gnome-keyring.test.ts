// The command on a desktop: a real gnome-keyring on a separate bus. Without D-Bus the same commands are in the
// transcripts, where the file keeps the token.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { type GnomeKeyring, startGnomeKeyring } from "../../tests/support/gnome-keyring.ts";
import { createWorld, type Run, startSurroundings, type Surroundings, type World } from "./world.ts";

let surroundings: Surroundings;
let world: World;
let keyring: GnomeKeyring | string | undefined;
before(async () => {
  [surroundings, keyring] = await Promise.all([startSurroundings(), startGnomeKeyring()]);
  world = await createWorld(surroundings);
});
after(async () => {
  if (typeof keyring === "object") await keyring.stop();
  await world.remove();
  await surroundings.close();
});

test("with gnome-keyring the token is in the keyring and in no file, until it is logged out", async (t) => {
  if (typeof keyring !== "object") return t.skip(keyring);
  const { environment } = keyring;
  const sh = (line: string): Promise<Run> => world.sh(line, environment);

  const login = await sh('printf %s "$TOKEN" | mintmark login --with-token');
  assert.match(login.stdout, /The token is stored in the system's keyring/);
  await sh('printf %s "$NARROW" | mintmark login --with-token --profile monitor');
  await sh('printf %s "$SERVICE" | mintmark service-key keep');
  await assert.rejects(promisify(execFile)("grep", ["-rE", "mm_(pat|svc)_", world.home]), "no file holds a secret");

  assert.match((await sh("mintmark whoami --profile monitor")).stdout, /Token +monitor/);
  assert.match((await sh("mintmark auth status")).stdout, /Kept in +the system's keyring\nState +active\n/);
  assert.equal((await sh('test "$(mintmark auth token --profile monitor)" = "$NARROW"')).exitCode, 0);
  assert.match((await sh('printf %s "$TOKEN" | mintmark verify -')).stdout, /Verdict +active/);

  // AI clients do not pass on the address of the bus.
  const list = `printf '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`;
  const bridged = await sh(`${list} | env -u DBUS_SESSION_BUS_ADDRESS mintmark mcp bridge --profile monitor`);
  assert.match(bridged.stdout, /"name":"whoami"/);

  // Secrets that were stored in the file move to the keyring.
  await world.sh('printf %s "$KEY" | mintmark login --with-token --profile moves');
  await sh('printf %s "$KEY" | mintmark login --with-token --profile moves');
  await assert.rejects(promisify(execFile)("grep", ["-r", "mm_key_", world.home]), "the file keeps no second copy");

  assert.match((await sh("mintmark logout --profile monitor")).stdout, /deleted from the system's keyring/);
  assert.equal((await sh("mintmark whoami --profile monitor")).exitCode, 4);

  await keyring.endDaemon();
  const gone = await sh("mintmark whoami --profile moves");
  assert.equal(gone.exitCode, 1);
  assert.match(gone.stderr, /the token is in the system's keyring, and the keyring does not respond/);
  const other = await sh('printf %s "$TOKEN" | mintmark login --with-token --profile other');
  assert.match(other.stdout, /The token is stored in .*credentials\.json/);
});
