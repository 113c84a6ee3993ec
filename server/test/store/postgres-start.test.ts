// The server as a process that starts while its database is not ready or is wrong.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { BARE_ENVIRONMENT } from "../../../tests/support/bare-environment.ts";
import { freePort } from "../../../tests/support/free-port.ts";
import { startCluster } from "../../../tests/support/postgres-cluster.ts";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import { loadConfig } from "../../src/config/config.ts";
import { createInstance } from "../../src/instance.ts";
import { StoreUnavailable } from "../../src/store/store.ts";

const MAIN = join(import.meta.dirname, "..", "..", "src", "main.ts");

describe("a server that starts before its database", { concurrency: true }, () => {
  test("says once that it waits for PostgreSQL, and serves when PostgreSQL is up", async () => {
    const cluster = await startCluster();
    try {
      await cluster.halt();
      const { host } = new URL(cluster.url);
      const { child, errors } = await startServer(cluster.url);
      await until(child.stderr, "waiting for");
      await cluster.resume("primary");
      await until(child.stdout, "is ready");
      child.kill("SIGTERM");
      assert.deepEqual(await once(child, "exit"), [0, null]);
      assert.match(await errors, new RegExp(`^mintmark: waiting for PostgreSQL at ${host} .*\n$`));
    } finally {
      await cluster.stop();
    }
  });

  test("gives up after its time limit, and says where it looked", async () => {
    const port = await freePort();
    const config = loadConfig({ DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/postgres` });
    let waited = 0;
    await assert.rejects(
      createInstance(config, { databasePatienceMs: 500, onWaiting: () => void (waited += 1) }),
      (error) => error instanceof StoreUnavailable && error.outage === "unreachable",
    );
    assert.equal(waited, 1);
  });

  test("ends at once, with 1, when the database does not exist: waiting would not help", async () => {
    const database = await createTestDatabase();
    try {
      const url = new URL(database.url);
      url.pathname = "/missing";
      const { child, errors } = await startServer(url.href);
      const [code] = (await once(child, "exit")) as [number];
      assert.equal(code, 1);
      assert.match(
        await errors,
        /^mintmark: error: cannot start: PostgreSQL at .*: database "missing" does not exist\n/,
      );
      assert.match(await errors, /\nmintmark: hint: check the role, the password and the database in DATABASE_URL\n$/);
    } finally {
      await database.drop();
    }
  });

  test("ends at once, with 1, when the role is unknown, and prints no password", async () => {
    const database = await createTestDatabase();
    try {
      const url = new URL(database.url);
      url.username = "stranger";
      url.password = "tell-nobody";
      const { child, errors } = await startServer(url.href);
      const [code] = (await once(child, "exit")) as [number];
      assert.equal(code, 1);
      assert.match(await errors, /role "stranger" does not exist/);
      assert.doesNotMatch(await errors, /waiting|tell-nobody/);
    } finally {
      await database.drop();
    }
  });
});

async function startServer(databaseUrl: string): Promise<{ readonly child: ChildProcess; errors: Promise<string> }> {
  const child = spawn(process.execPath, ["--conditions=development", MAIN], {
    env: { ...BARE_ENVIRONMENT, DATABASE_URL: databaseUrl, MINTMARK_PORT: String(await freePort()) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, errors: text(child.stderr) };
}

/** Resolves when the stream has printed this. Rejects when it ends before. */
async function until(stream: NodeJS.ReadableStream | null, words: string): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(words)) resolve();
    });
    stream?.once("end", () => reject(new Error(`it ended after: ${said}`)));
  });
}
