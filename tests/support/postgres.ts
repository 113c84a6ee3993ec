// Databases for tests, on a real PostgreSQL. `npm test` starts one server for the whole run (global-setup.ts) and
// names it in MINTMARK_TEST_POSTGRES_URL; a test file that runs alone starts its own at the first call and stops it at exit.
// Every test file makes a database of its own, so files run in parallel and in any order.
import { randomBytes } from "node:crypto";
import process from "node:process";
import { Client } from "pg";
import { startCluster } from "./postgres-cluster.ts";

/** Names the server that test files use. Set it to test against a server that already runs. */
export const TEST_POSTGRES_VARIABLE = "MINTMARK_TEST_POSTGRES_URL";

export interface TestDatabase {
  /** A `postgres://` URL of an empty UTF-8 database, owned by the user in the URL. */
  readonly url: string;
  /** Removes the database and ends every connection to it. May be called once. */
  readonly drop: () => Promise<void>;
}

let ownServer: Promise<string> | undefined;

/** Makes an empty database that no other test file uses. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env[TEST_POSTGRES_VARIABLE] ?? (await (ownServer ??= startOwnServer()));
  const name = `test_${randomBytes(8).toString("hex")}`;
  await runStatement(server, `create database ${name} template template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => runStatement(server, `drop database ${name} with (force)`),
  };
}

async function runStatement(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function startOwnServer(): Promise<string> {
  const cluster = await startCluster();
  cluster.unref();
  // The exit hook of the cluster stops it; a signal would end the process without running that hook.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      cluster.stopNow();
      process.kill(process.pid, signal);
    });
  }
  return cluster.url;
}
