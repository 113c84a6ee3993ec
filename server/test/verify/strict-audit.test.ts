// MINTMARK_AUDIT_USE=strict: every use with a 200 has an event in the log, also when the process or the machine crashes
// directly afterwards. A use that cannot be recorded gets no 200.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { BARE_ENVIRONMENT } from "../../../tests/support/bare-environment.ts";
import { freePort } from "../../../tests/support/free-port.ts";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import { loadConfig } from "../../src/config/config.ts";
import { createInstance } from "../../src/instance.ts";
import { type AuditEventRecord, type Store, StoreUnavailable } from "../../src/store/store.ts";
import { createGroupCommit } from "../../src/verify/use-novelty.ts";
import { Client } from "../support/client.ts";
import { type Engine, ENGINES, type TestInstance } from "../support/instance.ts";
import { Seed } from "../support/seed.ts";
import { temporaryFolder } from "../store/open-stores.ts";
import { withInstance } from "../support/with-instance.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const AT_ONCE = 16;
const ANSWERS = 300;

describe("strict audit of uses", () => {
  for (const engine of ENGINES) {
    it(`every use that got a 200 is in the log after kill -9, on ${engine}`, async (t) => {
      const { env, token, loseProcess, readUses } = await stage(engine, t);
      const answered = await useUntilKilled(env, token, loseProcess);
      const recorded = await readUses();
      assert.ok(answered.length >= ANSWERS);
      assert.deepEqual(
        answered.filter((agent) => !recorded.has(agent)),
        [],
        "got a 200 and is not recorded",
      );
    });
  }
});

describe("an instance with MINTMARK_AUDIT_USE=strict", () => {
  const { instance, seed } = withInstance({ env: { MINTMARK_AUDIT_USE: "strict" } });

  const usesOf = async (id: string): Promise<readonly AuditEventRecord[]> =>
    (
      await instance.deps.store.reads.listAuditEvents(
        { credentialId: id, actions: ["pat.used", "api_key.used"] },
        { limit: 200, after: null },
      )
    ).items;

  it("has an event for each use before the response, of tokens and keys, on every transport", async () => {
    const owner = await seed.person();
    const organization = await seed.organization(owner);
    const token = await seed.token(owner, organization);
    const key = await seed.apiKey(organization, owner);
    const service = await seed.service(owner);
    for (let uses = 1; uses <= 25; uses++) {
      assert.equal((await token.client.with({ "User-Agent": "same" }).get("/forward-auth")).status, 200);
      assert.equal((await usesOf(token.id)).length, uses);
    }
    await key.client.get("/api/whoami");
    await service.client.post("/api/verify", { token: key.secret });
    assert.equal((await usesOf(key.id)).length, 2);
    const [last] = await usesOf(token.id);
    assert.deepEqual([last?.userAgent, last?.via?.id, last?.outcome], ["same", token.id, "ok"]);
    assert.equal((await usesOf(token.id)).filter(({ details }) => details["firstOfDay"] === true).length, 1);
  });

  it("returns 503 for a use that cannot be written, and recovers when it can", async () => {
    const owner = await seed.person();
    const token = await seed.token(owner, await seed.organization(owner));
    const service = await seed.service(owner);
    const store = instance.deps.store as { transaction: Store["transaction"] };
    const { transaction } = store;
    store.transaction = () => Promise.reject(new StoreUnavailable("the disk is gone"));
    try {
      assert.equal((await token.client.get("/forward-auth")).status, 503);
      const { status, body } = await token.client.get("/api/whoami");
      assert.deepEqual([status, body.code], [503, "verifier_unavailable"]);
      // One answer of many that cannot be given: the others could be taken for all there is to know.
      const many = await service.client.post("/api/verify", { requests: [{ token: "junk" }, { token: token.secret }] });
      assert.deepEqual([many.status, many.body.code], [503, "verifier_unavailable"]);
    } finally {
      store.transaction = transaction;
    }
    assert.deepEqual(await usesOf(token.id), []);
    assert.equal((await token.client.get("/forward-auth")).status, 200);
    assert.equal((await usesOf(token.id)).length, 1);
  });
});

describe("a group commit", () => {
  it("takes all that came in one turn together, and what comes meanwhile in the next", async () => {
    const groups: number[][] = [];
    let finish: () => void = () => undefined;
    const commits = createGroupCommit<number>((items) => {
      groups.push([...items]);
      return new Promise((resolve) => (finish = resolve));
    });
    const first = [commits.commit(1), commits.commit(2)];
    assert.deepEqual(groups, [], "the turn is not over");
    await new Promise((resolve) => setImmediate(resolve));
    const second = [commits.commit(3), commits.commit(4)];
    assert.deepEqual(groups, [[1, 2]]);
    finish();
    await Promise.all(first);
    finish();
    await Promise.all(second);
    assert.deepEqual(groups, [
      [1, 2],
      [3, 4],
    ]);
  });

  it("that fails is known to everyone in it, and the next is none the worse", async () => {
    const commits = createGroupCommit<string>(async (items) => {
      if (items.includes("bad")) throw new Error("no space");
    });
    const outcomes = await Promise.allSettled([commits.commit("good"), commits.commit("bad")]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    await commits.commit("good");
    await commits.settled();
  });
});

interface Stage {
  readonly env: Readonly<Record<string, string>>;
  readonly token: string;
  readonly loseProcess: (child: ChildProcess) => void;
  /** The user agents of all recorded uses. */
  readonly readUses: () => Promise<ReadonlySet<string>>;
}

/** A database with one token, for a separate server. */
async function stage(engine: Engine, t: { readonly after: (work: () => Promise<void>) => void }): Promise<Stage> {
  const folder = await temporaryFolder();
  const database = engine === "postgres" ? await createTestDatabase() : null;
  t.after(async () => {
    await database?.drop();
    await folder.remove();
  });
  const env = {
    ...BARE_ENVIRONMENT,
    MINTMARK_DATA: join(folder.path, "mintmark.db"),
    ...(database === null ? {} : { DATABASE_URL: database.url }),
    MINTMARK_PORT: String(await freePort()),
    MINTMARK_LOG_LEVEL: "silent",
    MINTMARK_AUDIT_USE: "strict",
  };
  const open = async () => createInstance(loadConfig({ ...env, MINTMARK_PORT: "0" }));
  const instance = await open();
  const seed = new Seed({ ...instance, client: () => new Client("") } as unknown as TestInstance);
  const owner = await seed.person();
  const { secret, id } = await seed.token(owner, await seed.organization(owner));
  await instance.deps.store.transaction((tx) => tx.markSetUp(Date.now()));
  await instance.close();
  return {
    env,
    token: secret,
    loseProcess: (child) => void child.kill("SIGKILL"),
    readUses: async () => {
      const later = await open();
      const agents = new Set<string>();
      let next: Parameters<Store["reads"]["listAuditEvents"]>[1]["after"] = null;
      do {
        const filter = { credentialId: id, actions: ["pat.used"] } as const;
        const page = await later.deps.store.reads.listAuditEvents(filter, { limit: 200, after: next });
        for (const { userAgent } of page.items) agents.add(userAgent ?? "");
        next = page.next;
      } while (next !== null);
      await later.close();
      return agents;
    },
  };
}

/** Starts the server, uses the token on many connections, and kills the server meanwhile. Returns the uses with a 200. */
async function useUntilKilled(
  env: Stage["env"],
  token: string,
  kill: (child: ChildProcess) => void,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, ["--conditions=development", MAIN], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "close");
  const url = `http://127.0.0.1:${env["MINTMARK_PORT"]}/forward-auth`;
  const answered: string[] = [];
  let asked = 0;
  const useOnAndOn = async (): Promise<void> => {
    for (;;) {
      const agent = `use/${asked++}`;
      const headers = { Authorization: `Bearer ${token}`, "User-Agent": agent };
      const response = await fetch(url, { headers }).catch(() => null);
      if (response === null && (answered.length > 0 || child.exitCode !== null)) return;
      if (response?.status === 200) answered.push(agent);
      if (answered.length >= ANSWERS) kill(child);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, useOnAndOn));
  assert.deepEqual(await ended, [null, "SIGKILL"]);
  return answered;
}
