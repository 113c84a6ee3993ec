// A process that ends tokens, each when its id arrives as a line, and says so after the commit. Argument: the file.
import process from "node:process";
import { createInterface } from "node:readline";
import type { TokenId } from "@mintmark/core";
import { openSqliteStore } from "../../../src/store/sqlite/open.ts";
import { revocation } from "../contract/samples.ts";
import { DEFAULT_POLICY } from "../default-policy.ts";

const store = await openSqliteStore({ file: process.argv[2] ?? "", defaultPolicy: DEFAULT_POLICY });
process.stdout.write("ready\n");
for await (const id of createInterface({ input: process.stdin })) {
  await store.transaction((tx) => tx.revokeToken(id as TokenId, revocation()));
  process.stdout.write(`${id}\n`);
}
