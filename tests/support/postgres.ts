// Databases for tests, on a real PostgreSQL. `npm test` starts one server for the whole run (global-setup.ts) and
// names it in MINTMARK_TEST_POSTGRES_URL; a test file that runs alone starts its own at the first call and stops it at exit.
// Every test file creates a separate database, so files run in parallel and in any order.
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

/** What new databases hold: made once on a server, and then copied. */
export interface Template {
  /** Identifies its content: two templates of one name are the same. */
  readonly name: string;
  readonly fill: (url: string) => Promise<unknown>;
}

/** Makes a database that no other test file uses, empty unless it is to be like a template. */
export async function createTestDatabase(template?: Template): Promise<TestDatabase> {
  const server = process.env[TEST_POSTGRES_VARIABLE] ?? (await (ownServer ??= startOwnServer()));
  const name = `test_${randomBytes(8).toString("hex")}`;
  const origin = template === undefined ? "template0" : await templateOn(server, template);
  await runStatement(server, `create database ${name} template ${origin} strategy file_copy`);
  return {
    url: urlOf(server, name),
    drop: () => runStatement(server, `drop database ${name} with (force)`),
  };
}

/** The template's database. When several processes need it at once, one fills it and the others wait. */
async function templateOn(server: string, { name, fill }: Template): Promise<string> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(hashtext($1))", [name]);
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
    if (rowCount === 0) {
      const unfinished = `${name}_${randomBytes(4).toString("hex")}`;
      await client.query(`create database ${unfinished} template template0 strategy file_copy`);
      await fill(urlOf(server, unfinished));
      await client.query(`alter database ${unfinished} rename to ${name}`);
    }
    return name;
  } finally {
    // Its locks end with the connection.
    await client.end();
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
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
