// A process that migrates a database on a signal on standard input, and prints the applied migrations.
// Arguments: sqlite FILE | postgres URL.
import process from "node:process";
import { openPostgresStore } from "../../../src/store/postgres/open.ts";
import { openSqliteStore } from "../../../src/store/sqlite/open.ts";
import { DEFAULT_POLICY } from "../default-policy.ts";

const [engine, target = ""] = process.argv.slice(2);
process.stdout.write("ready\n");
process.stdin.once("data", async () => {
  const store =
    engine === "sqlite"
      ? await openSqliteStore({ file: target, defaultPolicy: DEFAULT_POLICY })
      : await openPostgresStore({ url: target, defaultPolicy: DEFAULT_POLICY });
  const { applied } = await store.migrate();
  process.stdout.write(`${JSON.stringify({ applied, isReady: (await store.whyNotReady()) === null })}\n`);
  await store.close();
  process.stdin.destroy();
});
