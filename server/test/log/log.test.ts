import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { Writable } from "node:stream";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pino } from "pino";
import { Client } from "pg";
import { BARE_ENVIRONMENT } from "../../../tests/support/bare-environment.ts";
import { freePort } from "../../../tests/support/free-port.ts";
import { countFaults } from "../../src/log/log.ts";
import { LogOutput } from "../../src/log/output.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { temporaryFolder } from "../store/open-stores.ts";
import { startInstance } from "../support/instance.ts";
import { Seed } from "../support/seed.ts";

const MAIN = join(import.meta.dirname, "..", "..", "src", "main.ts");
const OUTAGE_REQUESTS = 200;

interface Line {
  readonly msg: string;
  readonly repeated?: number;
  readonly err?: unknown;
  readonly error?: string;
  readonly code?: string;
}

test("a fault is one line at once and then a count, without a stack if it is an outage", () => {
  const { lines, counted } = countedLines();
  for (let index = 0; index < 1_000; index++) {
    const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    counted.logger.error({ err: new StoreUnavailable("the database did not answer", { cause }) }, "cannot verify");
  }
  assert.equal(lines.length, 1);
  counted.close();
  assert.deepEqual(
    lines.map(({ msg, error, code, repeated }) => ({ msg, error, code, repeated })),
    [undefined, 999].map((repeated) => ({
      msg: "cannot verify",
      error: "StoreUnavailable",
      code: "ECONNREFUSED",
      repeated,
    })),
  );
  assert.doesNotMatch(JSON.stringify(lines), /stack|    at /);
});

test("bugs keep their stack, and those of two places are two kinds; a line without an error is written each time", () => {
  const { lines, counted } = countedLines();
  for (let index = 0; index < 10; index++) {
    counted.logger.error({ err: new TypeError("one") }, "failed");
    counted.logger.error({ err: new TypeError("other") }, "failed");
    counted.logger.error({ err: new StoreUnavailable("no", { cause: new TypeError("hidden") }) }, "failed");
    counted.logger.error("plain");
  }
  assert.equal(lines.filter(({ err }) => JSON.stringify(err ?? "").includes("log.test.ts")).length, 3);
  assert.equal(lines.filter(({ msg }) => msg === "plain").length, 10);
  assert.equal(lines.length, 13);
  counted.close();
});

test("in an outage a second of failing requests, however they arrive, is a few lines", async (t) => {
  const instance = await startInstance({ engine: "postgres" });
  t.after(() => instance.close());
  const seed = new Seed(instance);
  const person = await seed.person();
  const { secret } = await seed.token(person, person.personal);
  await refuseConnections(instance.databaseUrl as string);
  instance.log.length = 0;
  const startedAt = performance.now();
  const headers = { Authorization: `Bearer ${secret}` };
  const answers = await Promise.all(
    Array.from({ length: OUTAGE_REQUESTS }, (_, index) =>
      index % 2 === 0
        ? fetch(`${instance.url}/forward-auth`, { headers })
        : fetch(`${instance.url}/api/whoami`, { headers }),
    ),
  );
  const seconds = Math.ceil((performance.now() - startedAt) / 1_000);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
  assert.ok(answers.every((answer) => answer.headers.get("retry-after") === "1"));
  const faults = instance.log.filter((line) => line.includes(`"level":50`));
  assert.ok(faults.length >= 2 && faults.length <= 8 * (seconds + 1), `${faults.length} lines in ${seconds} s`);
  assert.ok(!faults.some((line) => line.includes("stack")));
});

test("beyond a bound, lines that nobody reads are dropped, and counted when somebody reads again", async () => {
  const written: string[] = [];
  let go: (() => void) | null = null;
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      written.push(chunk);
      if (go === null) go = done;
      else done();
    },
  });
  const output = new LogOutput(stream);
  const line = `${"x".repeat(1_000)}\n`;
  for (let round = 0; round < 10; round++) {
    for (let index = 0; index < 1_000; index++) output.write(line);
    await new Promise(setImmediate);
  }
  assert.ok(stream.writableLength < 2 * 1024 ** 2, `${stream.writableLength} bytes wait`);
  (go as (() => void) | null)?.();
  await output.close();
  output.write("again\n");
  await output.close();
  assert.match(written.join(""), /"dropped":8\d\d\d,.*\nagain\n$/);
});

test("a blocked reader of the log does not prevent the server from ending", { timeout: 60_000 }, async (t) => {
  const folder = await temporaryFolder();
  const fifo = join(folder.path, "log");
  execFileSync("mkfifo", [fifo]);
  // Also open for reading, so that writing does not fail. Nothing ever reads.
  const pipe = await open(fifo, "r+");
  const port = await freePort();
  const child = spawn(process.execPath, ["--conditions=development", MAIN], {
    env: { ...BARE_ENVIRONMENT, MINTMARK_DATA: join(folder.path, "mintmark.db"), MINTMARK_PORT: String(port) },
    stdio: ["ignore", pipe.fd, "pipe"],
  });
  t.after(async () => {
    child.kill("SIGKILL");
    await pipe.close();
    await folder.remove();
  });
  const errors = text(child.stderr as NodeJS.ReadableStream);
  const url = `http://127.0.0.1:${port}/api/session`;
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  )
    await setTimeout(50);
  // More than a pipe holds: each is a line of some 150 bytes.
  for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 50 }, () => fetch(url)));
  const signalledAt = performance.now();
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "exit"), [0, null]);
  assert.ok(performance.now() - signalledAt < 10_000);
  assert.equal(await errors, "");
});

function countedLines(): { readonly lines: Line[]; readonly counted: ReturnType<typeof countFaults> } {
  const lines: Line[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Line);
  return { lines, counted: countFaults(pino({}, { write })) };
}

/** From now on the database accepts no connections, and its open connections are closed. */
async function refuseConnections(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = "/postgres";
  const client = new Client({ connectionString: url.href });
  await client.connect();
  await client.query(`alter database ${name} allow_connections false`);
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
  await client.end();
}
