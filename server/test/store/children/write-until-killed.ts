// A process that commits one user with a membership after another to a SQLite file and, once each is
// committed, prints its number on standard output. It never ends by itself. Argument: FILE.
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import process from "node:process";
import { newId, newUser, T0 } from "../contract/samples.ts";
import { openSqliteStore } from "../../../src/store/sqlite/open.ts";
import { DEFAULT_POLICY } from "../default-policy.ts";

// Node writes its compiled code when a process ends. This one never ends by itself.
flushCompileCache();
const store = await openSqliteStore({ file: process.argv[2] ?? "", defaultPolicy: DEFAULT_POLICY });
await store.migrate();
const organizationId = newId("organization");
await store.transaction((tx) =>
  tx.insertOrganization({ id: organizationId, name: "Engines", personalOf: null, createdAt: T0 }),
);
for (let number = 0; ; number++) {
  const user = newUser({ email: `${number}@example.test` });
  const membership = { id: newId("membership"), organizationId, userId: user.id, role: "member", joinedAt: T0 };
  await store.transaction(async (tx) => {
    await tx.insertUser(user);
    await tx.insertMembership(membership);
  });
  tell(`${number}\n`);
}

/** Writes the line at once and completely: every line that the parent reads was committed. Waits for a full pipe. */
function tell(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
