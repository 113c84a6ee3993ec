import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { Client } from "pg";
import { sweepAbandonedClusters } from "./postgres-sweep.ts";
import { createTestDatabase, TEST_POSTGRES_VARIABLE } from "./postgres.ts";

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

test("createTestDatabase() gives databases that share nothing, and drop() removes them", async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await query(one.url, "create table t (n int)");
  const tables = "select count(*)::int as count from pg_tables where schemaname = 'public'";
  assert.deepEqual(await query(one.url, tables), [{ count: 1 }]);
  assert.deepEqual(await query(two.url, tables), [{ count: 0 }]);
  assert.deepEqual(await query(two.url, "show server_encoding"), [{ server_encoding: "UTF8" }]);
  await Promise.all([one.drop(), two.drop()]);
  await assert.rejects(query(one.url, "select 1"), { code: "3D000" });
});

/** A process outside the runner. It creates a database on a separate server, prints a line, and runs `then`. */
function standAlone(temporary: string, then: string): ReturnType<typeof spawn> {
  const module = JSON.stringify(new URL("./postgres.ts", import.meta.url).href);
  const code = `const { createTestDatabase } = await import(${module}); console.log((await createTestDatabase()).url); ${then}`;
  const { [TEST_POSTGRES_VARIABLE]: _removed, ...env } = process.env;
  return spawn(process.execPath, ["--input-type=module", "-e", code], {
    env: { ...env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function temporaryFolder(t: { after: (fn: () => void) => void }): string {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-test-"));
  // The server runs under another account when the tests run as root, and has to pass through.
  chmodSync(folder, 0o711);
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  return folder;
}

test("a test file outside the runner starts a server by itself, and none is left when it ends", async (t) => {
  const temporary = temporaryFolder(t);
  const child = standAlone(temporary, "");
  const [code] = (await once(child, "exit")) as [number | null];
  assert.equal(code, 0);
  assert.deepEqual(readdirSync(temporary), []);
});

test("the server of a killed owner is ended and its folder removed by the next start", async (t) => {
  const temporary = temporaryFolder(t);
  const child = standAlone(temporary, "setInterval(() => {}, 1000)");
  assert.ok(child.stdout);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = line.toString().trim();
  const swept = await sweepAbandonedClusters(temporary);
  assert.deepEqual(swept, [], "a living owner keeps its server");
  assert.equal((await query(url, "select 1 as n")).length, 1);

  child.kill("SIGKILL");
  await once(child, "exit");
  const [folder] = await sweepAbandonedClusters(temporary);
  assert.ok(folder !== undefined && !existsSync(folder));
  await assert.rejects(query(url, "select 1"), { code: "ECONNREFUSED" });
});
