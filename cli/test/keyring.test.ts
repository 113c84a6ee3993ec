import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { FileStore } from "../src/credential-store/file.ts";
import { KeptCredentials } from "../src/credential-store/kept-credentials.ts";
import { KeyringStore } from "../src/credential-store/keyring.ts";
import { StoreUnreachable } from "../src/credential-store/store.ts";
import { ProfileSettings } from "../src/profile-settings.ts";
import { newSecret } from "../../server/src/secrets/generate.ts";

const HOST = "https://tokens.example.com";
const program = (name: string): URL => new URL(`keyrings/${name}.mjs`, import.meta.url);
const hung = (): KeyringStore => new KeyringStore({ program: program("hung"), limitMs: 300 });
// These keyrings respond, but may be slow on a busy machine.
const broken = (): KeyringStore => new KeyringStore({ program: program("broken"), limitMs: 60_000 });
const remembering = (): KeyringStore => new KeyringStore({ program: program("remembering"), limitMs: 60_000 });

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "mintmark-keyring-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The stored data of the command, in this test's folder. */
function memory(name: string, keyring: KeyringStore | null): KeptCredentials & { readonly folder: string } {
  const own = join(folder, name);
  process.env["KEYRING_FILE"] = join(folder, `${name}.keyring`);
  const kept = new KeptCredentials(new ProfileSettings(own), new FileStore(own), keyring);
  return Object.assign(kept, { folder: own });
}

test("a keyring that responds stores the secret, and no file does", async () => {
  const secret = newSecret("mm", "pat");
  const kept = memory("answers", remembering());
  assert.equal((await kept.save(HOST, secret)).kind, "keyring");
  assert.equal(existsSync(join(kept.folder, "credentials.json")), false);
  const config = await readFile(join(kept.folder, "config.json"), "utf8");
  assert.equal(config.includes(secret.expose()), false);
  assert.equal((await kept.find(HOST))?.secret.expose(), secret.expose());
  assert.equal((await kept.delete(HOST))?.kind, "keyring");
  assert.equal(await kept.find(HOST), null);
});

test("two concurrent logins are both stored", async () => {
  const one = memory("both", null);
  const other = memory("both", null);
  await one.save("one@https://x", newSecret("mm", "pat"));
  await other.save("other@https://x", newSecret("mm", "pat"));
  const [first, second] = [new ProfileSettings(one.folder), new ProfileSettings(one.folder)];
  first.save("one", { host: "https://x" });
  second.save("other", { host: "https://x" });
  const later = new ProfileSettings(one.folder);
  assert.deepEqual(
    later.list().map(({ profile }) => profile),
    ["one", "other"],
  );
  assert.deepEqual([later.storeOf("one@https://x"), later.storeOf("other@https://x")], ["file", "file"]);
});

for (const [name, keyring] of [
  ["hangs", hung],
  ["breaks", broken],
] as const) {
  test(`when the keyring ${name}, the secret is stored in the file`, async () => {
    const secret = newSecret("mm", "pat");
    const kept = memory(name, keyring());
    assert.equal((await kept.save(HOST, secret)).kind, "file");
    assert.equal((await kept.find(HOST))?.secret.expose(), secret.expose());
  });

  test(`a keyring that ${name} is not mistaken for one without the secret`, async () => {
    await assert.rejects(keyring().find(HOST), StoreUnreachable);
    await assert.rejects(keyring().delete(HOST), StoreUnreachable);
    await memory(`kept, then ${name}`, remembering()).save(HOST, newSecret("mm", "pat"));
    const later = memory(`kept, then ${name}`, keyring());
    await assert.rejects(later.find(HOST), StoreUnreachable);
    await assert.rejects(later.delete(HOST), StoreUnreachable);
    await assert.rejects(memory(`kept, then ${name}`, null).find(HOST), StoreUnreachable);
  });
}

test("a credential in a keyring that does not respond is forgotten, never used again, and deleted when it responds", async () => {
  await memory("lost", remembering()).save(HOST, newSecret("mm", "pat"));
  const forgotten = await memory("lost", hung()).forget(HOST);
  assert.deepEqual([forgotten.store?.kind, forgotten.isDeleted], ["keyring", false]);
  assert.equal(await memory("lost", null).find(HOST), null);
  assert.equal(memory("lost", null).storeOf(HOST), null);
  // The keyring still has it.
  assert.notEqual(await remembering().find(HOST), null);
  assert.equal(await memory("lost", remembering()).find(HOST), null);
  assert.equal(await remembering().find(HOST), null);
});

test("a login that moves from the file to the keyring leaves nothing in the file", async () => {
  await memory("moves", null).save(HOST, newSecret("mm", "pat"));
  const kept = memory("moves", remembering());
  assert.equal((await kept.save(HOST, newSecret("mm", "pat"))).kind, "keyring");
  assert.equal(await readFile(join(kept.folder, "credentials.json"), "utf8"), "{}\n");
});

test("without config.json the secret is still found, and deleted", async () => {
  const kept = memory("forgets", remembering());
  await kept.save(HOST, newSecret("mm", "pat"));
  await rm(join(kept.folder, "config.json"));
  const later = memory("forgets", remembering());
  assert.equal((await later.find(HOST))?.store.kind, "keyring");
  assert.equal((await later.delete(HOST))?.kind, "keyring");
  assert.equal(await memory("forgets", remembering()).find(HOST), null);
});

// On other systems the keyring is not on D-Bus, and it is the developer's.
if (process.platform === "linux") {
  test("the real keyring module does not hang on a D-Bus that never responds", async () => {
    const path = join(folder, "bus");
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      process.env["DBUS_SESSION_BUS_ADDRESS"] = `unix:path=${path}`;
      await assert.rejects(new KeyringStore({ limitMs: 1_000 }).find(HOST), StoreUnreachable);
    } finally {
      server.close();
    }
  });

  test("the real keyring module fails without D-Bus, and stores nothing in memory that a restart loses", async () => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL("../src/credential-store/keyring-process.ts", import.meta.url))],
      { env: { HOME: folder }, stdio: ["pipe", "pipe", "ignore"] },
    );
    child.stdin.end(JSON.stringify({ operation: "save", service: "mintmark-test", account: HOST, secret: "x" }));
    assert.deepEqual(JSON.parse(await text(child.stdout)), { ok: false });
  });
}
