// An export that breaks off fails, and leaves no file. The server here is one that breaks off.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { formatSecret } from "@mintmark/core";
import { BARE_ENVIRONMENT } from "../../tests/support/bare-environment.ts";

const BIN = fileURLToPath(new URL("../bin/mintmark.mjs", import.meta.url));
const ORGANIZATION = "org_00000000000000000000000000000001";
/** Has the shape of a token. No instance issued it. */
const NOBODYS = formatSecret("mm", "pat", new Uint8Array(20)).expose();
const EVENT = `${JSON.stringify({ action: "pat.created" })}\n`;

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function makeHome(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), "mintmark-export-"));
  t.after(() => rmSync(home, { recursive: true }));
  return home;
}

function start(t: TestContext, url: string, args: readonly string[], home: string = makeHome(t)) {
  const env = { ...BARE_ENVIRONMENT, HOME: home, MINTMARK_KEYRING: "off", MINTMARK_URL: url, MINTMARK_TOKEN: NOBODYS };
  const child = spawn(process.execPath, [BIN, "audit", "export", "--org", ORGANIZATION, ...args], { env, cwd: home });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr, [code]]) => ({ stdout, stderr, code: code as number | null }),
  );
  return { child, ended, files: () => readdirSync(home) };
}

const breakOff: RequestListener = (_, response) => {
  response.writeHead(200, { "Content-Type": "application/x-ndjson" });
  response.write(EVENT, () => response.destroy());
};

test("an export to a file that breaks off exits with 1 and leaves no file", async (t) => {
  const { ended, files } = start(t, await serve(t, breakOff), ["-o", "log.ndjson"]);
  const { stdout, stderr, code } = await ended;
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^mintmark: error: the export broke off, and no file was written: /);
  assert.deepEqual(files(), []);
});

test("an export to standard output that breaks off exits with 1 after what arrived", async (t) => {
  const { stdout, stderr, code } = await start(t, await serve(t, breakOff), []).ended;
  assert.deepEqual([code, stdout], [1, EVENT]);
  assert.match(stderr, /^mintmark: error: the export broke off, and standard output is incomplete: /);
});

test("Ctrl-C during an export to a file leaves no file", async (t) => {
  const url = await serve(t, (_, response) => {
    response.writeHead(200, { "Content-Type": "application/x-ndjson" });
    response.write(EVENT);
  });
  const { child, ended, files } = start(t, url, ["-o", "log.ndjson"]);
  while (files().length === 0) await new Promise((resolve) => setImmediate(resolve));
  child.kill("SIGINT");
  assert.equal((await ended).code, 130);
  assert.deepEqual(files(), []);
});

test("a file that exists is neither replaced nor asked about at the host", async (t) => {
  let requests = 0;
  const url = await serve(t, (_, response) => {
    requests += 1;
    response.end();
  });
  const { ended } = start(t, url, ["-o", BIN]);
  const { stderr, code } = await ended;
  assert.deepEqual([code, requests], [1, 0]);
  assert.match(stderr, /exists\n/);
});

const answer: RequestListener = (_, response) => {
  response.writeHead(200, { "Content-Type": "application/x-ndjson" });
  response.end(EVENT);
};

test("a link to a file that does not exist is a name that is taken", async (t) => {
  const home = makeHome(t);
  symlinkSync("nowhere", join(home, "log"));
  const { ended, files } = start(t, await serve(t, answer), ["-o", "log"], home);
  const { stderr, code } = await ended;
  assert.equal(code, 1);
  assert.match(stderr, /log exists\n/);
  assert.deepEqual(files(), ["log"]);
  assert.ok(lstatSync(join(home, "log")).isSymbolicLink());
});

test("a file that another program made during the export is not replaced", async (t) => {
  const home = makeHome(t);
  const url = await serve(t, (request, response) => {
    writeFileSync(join(home, "log"), "theirs");
    answer(request, response);
  });
  const { stderr, code } = await start(t, url, ["-o", "log"], home).ended;
  assert.equal(code, 1);
  assert.match(stderr, /log exists\n/);
  assert.deepEqual(readdirSync(home), ["log"]);
  assert.equal(readFileSync(join(home, "log"), "utf8"), "theirs");
});

test("--force replaces the file behind a link, and keeps the link", async (t) => {
  const home = makeHome(t);
  writeFileSync(join(home, "old"), "old");
  symlinkSync("old", join(home, "log"));
  const { code } = await start(t, await serve(t, answer), ["--force", "-o", "log"], home).ended;
  assert.equal(code, 0);
  assert.ok(lstatSync(join(home, "log")).isSymbolicLink());
  assert.equal(readFileSync(join(home, "old"), "utf8"), EVENT);
});

test("--force replaces no device, no folder and no link to a folder", async (t) => {
  const home = makeHome(t);
  mkdirSync(join(home, "folder"));
  symlinkSync("folder", join(home, "link"));
  symlinkSync("/dev/null", join(home, "null"));
  const url = await serve(t, answer);
  for (const name of ["folder", "link", "null"]) {
    const { stderr, code } = await start(t, url, ["--force", "-o", name], home).ended;
    assert.equal(code, 1, name);
    assert.match(stderr, new RegExp(`${name} is not a file\n`));
  }
  assert.deepEqual(readdirSync(home).toSorted(), ["folder", "link", "null"]);
  assert.ok(lstatSync(join(home, "link")).isSymbolicLink());
  assert.ok(lstatSync("/dev/null").isCharacterDevice());
});
