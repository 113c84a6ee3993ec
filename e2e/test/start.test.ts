// Starts and ends an instance as an operator does, and checks its output, its responses and its graceful end.
import assert from "node:assert/strict";
import { once } from "node:events";
import { access, mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type TestContext, test } from "node:test";
import { freePort } from "../../tests/support/free-port.ts";
import { MINTMARK, MINTMARK_SERVER, type Running, startProgram } from "../src/programs.ts";
import { becomes } from "../src/waiting.ts";

const SETUP_LINK = /^ {2}(http:\S+)\/setup#code=(\S+)$/m;

const WAYS = [
  // Without the pre-hook, which `npm test` has run already: it would install packages and build the web app, if they
  // have changed since, under the other tests' feet.
  { name: "npm start", command: "npm", args: ["start", "--ignore-scripts"] },
  { name: "mintmark-server serve", command: process.execPath, args: [MINTMARK_SERVER, "serve"] },
  { name: "mintmark serve", command: process.execPath, args: [MINTMARK, "serve"] },
] as const;

for (const way of WAYS) {
  test(`${way.name} prints its address and how to set it up, responds, and finishes open requests before it ends`, async (t) => {
    const { url, data, start } = await place(t, way);
    const server = start();
    await server.waitFor(new RegExp(`^Mintmark is ready at ${url}$`, "m"));
    const [, origin, code = ""] = await server.waitFor(SETUP_LINK);
    assert.equal(origin, url);
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.match(await (await fetch(url)).text(), /<div id="root">/, "the web app is built and served");

    // The set-up is under way when the signal comes.
    const setUp = await beginSetUp(url, code);
    const ended = server.end("SIGTERM");
    await becomes(() => isListening(url), false, "no new connections");
    assert.equal(await setUp.finish(), 201, "the open request gets its response");
    const { code: exitCode, signal, stderr } = await ended;
    assert.deepEqual([exitCode, signal], [0, null], stderr);
    await access(data);

    // The change is kept, and an instance with an account prints no link.
    const again = start();
    await again.waitFor(/^Mintmark is ready at /m);
    const instance = (await (await fetch(`${url}/api/instance`)).json()) as { setUp: boolean };
    assert.equal(instance.setUp, true);
    const { code: secondCode, stdout } = await again.end("SIGTERM");
    assert.equal(secondCode, 0);
    assert.doesNotMatch(stdout, SETUP_LINK);

    // As docs/operating.md says: the log is JSON, and only the start says something in plain text.
    const logged = stdout.split("\n").filter((line) => line !== "" && !isOfNpmOrTheStart(line));
    assert.ok(logged.length > 0);
    for (const line of logged) assert.equal(typeof JSON.parse(line), "object", line);
  });
}

function isOfNpmOrTheStart(line: string): boolean {
  return /^> |^Mintmark is ready at /.test(line);
}

interface Place {
  readonly url: string;
  readonly data: string;
  readonly start: () => Running;
}

/** An empty data folder and a free port. Nothing runs there when the test is done. */
async function place(t: TestContext, { command, args }: (typeof WAYS)[number]): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-start-"));
  const data = join(folder, "data", "mintmark.db");
  const port = await freePort();
  const started: Running[] = [];
  t.after(async () => {
    await Promise.all(started.map((server) => server.kill()));
    await rm(folder, { recursive: true, force: true });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    data,
    start: () => {
      const server = startProgram(command, args, { MINTMARK_DATA: data, MINTMARK_PORT: String(port) });
      started.push(server);
      return server;
    },
  };
}

/** A set-up of which the server has taken the head and waits for the body. */
async function beginSetUp(url: string, code: string): Promise<{ finish: () => Promise<number> }> {
  const body = JSON.stringify({
    code,
    name: "Ada",
    email: "ada@example.com",
    password: "correct horse battery staple",
  });
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    Expect: "100-continue",
  };
  const sent = request(`${url}/api/setup`, { method: "POST", headers });
  sent.flushHeaders();
  await once(sent, "continue");
  return {
    finish: async () => {
      sent.end(body);
      const [response] = (await once(sent, "response")) as [{ statusCode: number; resume(): void }];
      response.resume();
      return response.statusCode;
    },
  };
}

function isListening(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`, { headers: { Connection: "close" } }).then(
    () => true,
    () => false,
  );
}
