import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { temporaryFolder } from "./open-stores.ts";

const ROUNDS = 100;
const AT_ONCE = 4;

test(`every acknowledged write is there after kill -9, and every other is complete or absent (${ROUNDS} times)`, async () => {
  const folder = await temporaryFolder();
  // A hundred processes start. The later ones use the code that the first ones compiled.
  const environment = { ...process.env, NODE_COMPILE_CACHE: join(folder.path, "compiled") };
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
  let acknowledged = 0;
  const work = async (): Promise<void> => {
    for (let round = rounds.pop(); round !== undefined; round = rounds.pop()) {
      const file = join(folder.path, String(round), "mintmark.db");
      // A different moment each time: between two writes, in a write, in a checkpoint of the log.
      acknowledged += await writeAndKill(file, environment, 1 + ((round * 37) % 40));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  assert.ok(acknowledged >= ROUNDS, "every round wrote something");
  await folder.remove();
});

/** Kills the writing process after it has reported `writes` writes. Returns how many it had reported in the end. */
async function writeAndKill(file: string, env: NodeJS.ProcessEnv, writes: number): Promise<number> {
  const script = join(import.meta.dirname, "children", "write-until-killed.ts");
  const child = spawn(process.execPath, ["--conditions=development", script, file], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    if (numbersIn(output).length >= writes) child.kill("SIGKILL");
  });
  assert.deepEqual(await ended, [null, "SIGKILL"]);
  const acknowledged = numbersIn(output);
  await assertKept(file, acknowledged.length);
  return acknowledged.length;
}

function numbersIn(output: string): string[] {
  return output.split("\n").slice(0, -1);
}

async function assertKept(file: string, acknowledged: number): Promise<void> {
  const store = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY });
  for (let number = 0; number < acknowledged; number++) {
    assert.notEqual(await store.reads.findUserByEmail(`${number}@example.test`), null, `write ${number} was lost`);
  }
  await store.close();
  const database = new DatabaseSync(file);
  const [users, memberships] = ["users", "memberships"].map(
    (table) => database.prepare(`select count(*) as rows from ${table}`).get()?.["rows"],
  );
  assert.equal(users, memberships, "a write has both of its rows, or none");
  assert.deepEqual({ ...database.prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
  database.close();
}
