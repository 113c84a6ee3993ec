import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { Worker } from "node:worker_threads";
import { Failure } from "@mintmark/terminal";
import { FileStore } from "../src/credential-store/file.ts";
import { readPrivateFile, writePrivateFile } from "../src/credential-store/private-file.ts";
import { newSecret } from "../../server/src/secrets/generate.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "mintmark-file-"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

test("the file is 0600 in a 0700 folder, for any umask and any former mode of the folder", async () => {
  const mask = process.umask(0);
  try {
    const open = join(folder, "open");
    await mkdir(open, { mode: 0o777 });
    for (const path of [join(open, "a.json"), join(folder, "new", "a.json")]) {
      writePrivateFile(path, "text");
      assert.equal(await modeOf(path), "600");
      assert.equal(await modeOf(join(path, "..")), "700");
    }
  } finally {
    process.umask(mask);
  }
});

test("a file that other users could read is replaced by one that they cannot read", async () => {
  const path = join(folder, "replaced.json");
  await writeFile(path, "old", { mode: 0o644 });
  writePrivateFile(path, "new");
  assert.equal(await modeOf(path), "600");
  assert.deepEqual(readPrivateFile(path), { text: "new", exposed: false, foreign: false });
});

for (const mode of [0o640, 0o604, 0o620, 0o601]) {
  test(`mode ${mode.toString(8)} counts as exposed`, async () => {
    const path = join(folder, `exposed-${mode}.json`);
    writePrivateFile(path, "text");
    await chmod(path, mode);
    assert.equal(readPrivateFile(path)?.exposed, true);
  });
}

// Only root can give a file away.
if (process.geteuid?.() === 0) {
  test("a file that belongs to another user is refused, and its text is not repeated", async () => {
    const own = join(folder, "foreign");
    const store = new FileStore(own);
    await store.save("https://x", newSecret("mm", "pat"));
    await chown(store.place, 65_534, 65_534);
    await assert.rejects(store.find("https://x"), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, "credentials_foreign");
      return true;
    });
    await assert.rejects(store.save("https://x", newSecret("mm", "pat")), Failure);
  });
}

test("a write that fails leaves no second file with the secret behind", async () => {
  const own = join(folder, "failing");
  await mkdir(join(own, "credentials.json"), { recursive: true });
  assert.throws(() => writePrivateFile(join(own, "credentials.json"), "secret"));
  assert.deepEqual(await readdir(own), ["credentials.json"]);
});

test("concurrent processes lose no credential, and do not wait for a killed process", async () => {
  const own = join(folder, "busy");
  await mkdir(own);
  // The lock of a process that was killed long ago.
  const lock = join(own, "credentials.json.lock");
  await writeFile(lock, "");
  await utimes(lock, 0, 0);
  const store = new URL("../src/credential-store/file.ts", import.meta.url).href;
  const secret = newSecret("mm", "pat").expose();
  const saving = `
    const { FileStore } = await import(${JSON.stringify(store)});
    const { Secret } = await import(${JSON.stringify(import.meta.resolve("@mintmark/core/format"))});
    const { workerData } = await import("node:worker_threads");
    for (let turn = 0; turn < 10; turn++)
      await new FileStore(${JSON.stringify(own)}).save(workerData + "-" + turn, new Secret("${secret}"));
  `;
  const workers = ["a", "b", "c"].map(
    (workerData) => new Worker(new URL(`data:text/javascript,${encodeURIComponent(saving)}`), { workerData }),
  );
  await Promise.all(workers.map((worker) => once(worker, "exit")));
  const kept = JSON.parse(readPrivateFile(join(own, "credentials.json"))?.text ?? "") as Record<string, string>;
  assert.equal(Object.keys(kept).length, 30);
  assert.deepEqual(await readdir(own), ["credentials.json"]);
});

test("a missing file is not an error", () => {
  assert.equal(readPrivateFile(join(folder, "nowhere.json")), null);
});
