// A host that crashes between its commit and ours: the recipe of docs/directory.md, killed at each of its steps.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { directoryHost, memberWithToken, refusalOf } from "../support/directory-host.ts";
import { withInstance } from "../support/with-instance.ts";

/** Each step, whether the host still has the member after it, and how the token is refused. */
const STEPS = [
  { step: "begun", isMember: true, token: "ok" },
  { step: "suspended", isMember: true, token: "member_suspended" },
  { step: "committed", isMember: false, token: "member_suspended" },
  { step: "deleted", isMember: false, token: "member_removed" },
] as const;

describe("a host that removes a member and is killed", () => {
  const { instance, seed } = withInstance();

  for (const { step, isMember, token: refusal } of STEPS) {
    it(`after the step "${step}" leaves no active token of somebody whom it removed, and its next synchronisation ends the rest`, async () => {
      const host = await directoryHost(seed);
      const { token } = await memberWithToken(seed, host, "team", "leaver");
      const file = join(instance.folder, `${host.source}.db`);
      const database = new DatabaseSync(file);
      database.exec("create table members (id text primary key); insert into members values ('leaver')");
      await killAfter(step, [instance.url, host.key.secret, file]);

      const members = database.prepare("select id from members").all() as { readonly id: string }[];
      database.close();
      assert.equal(members.length === 1, isMember);
      assert.equal(await refusalOf(token), refusal);

      const list = members.map(({ id }) => ({ externalId: id, role: "member" }));
      const path = `${host.path("organizations", "team")}/members`;
      assert.equal((await host.client.put(path, { members: list, version: 4 })).status, 200);
      assert.equal(await refusalOf(token), isMember ? "ok" : "member_removed");
    });
  }
});

/** Runs the host until it reports the step, and kills it. */
async function killAfter(last: string, args: readonly string[]): Promise<void> {
  const script = join(import.meta.dirname, "..", "support", "host-that-crashes.ts");
  const child = spawn(process.execPath, ["--conditions=development", script, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  for await (const step of createInterface({ input: child.stdout })) {
    if (step === last) child.kill("SIGKILL");
    else child.stdin.write("on\n");
  }
  assert.deepEqual(await ended, [null, "SIGKILL"]);
}
