// A disk that fills up under a serving instance: operations that end access still work, those that need room are
// refused, readiness reports it, and nothing ends the process. It runs on a real small file system.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { describe, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../tests/support/free-port.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { personWithPassword, PASSWORD, assertProblem } from "../support/accounts.ts";
import { Client, type Reply } from "../support/client.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { Seed } from "../support/seed.ts";
import { mountSmallDisk, type SmallDisk } from "../support/small-disk.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { temporaryFolder } from "./open-stores.ts";

const TOKENS = "/api/personal-access-tokens";
const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

function smallDisk(t: TestContext): SmallDisk | null {
  const disk = mountSmallDisk(48);
  if (typeof disk === "string") {
    t.skip(disk);
    return null;
  }
  return disk;
}

async function instanceOn(t: TestContext, disk: SmallDisk): Promise<TestInstance> {
  const instance = await startInstance({ env: { MINTMARK_DATA: join(disk.path, "mintmark.db") } });
  t.after(async () => {
    await instance.close();
    disk.remove();
  });
  return instance;
}

/** Asks until it is true: the instance needs a moment to notice. */
async function eventually(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isSo())) assert.ok(performance.now() < deadline, what);
}

describe("a disk that is full under the SQLite file", () => {
  test("tokens are used for the first time and revoked, people sign in and are removed; nothing new is made", async (t) => {
    const disk = smallDisk(t);
    if (disk === null) return;
    const instance = await instanceOn(t, disk);
    const seed = new Seed(instance);
    const owner = await personWithPassword(seed, "Ada");
    const member = await seed.person("Bea");
    const organization = await seed.organization(owner);
    const membership = await seed.member(organization, member, "member");
    const session = await seed.session(owner, organization);
    const unused = await Promise.all(Array.from({ length: 50 }, () => seed.token(owner, organization)));
    const theirs = await seed.token(member, organization);

    disk.fill();
    assert.equal(disk.free(), 0);
    for (const { client } of unused) assert.equal((await client.get("/forward-auth")).status, 200);
    assert.equal((await theirs.client.get("/forward-auth")).status, 200);
    const ready = await instance.client().get("/readyz");
    assert.deepEqual([ready.status, ready.body.status, ready.body.storage], [200, "ready", "low"]);

    const events = await countEvents(instance);
    const path = `/api/organizations/${organization.id}`;
    const growth = [
      await session.post(TOKENS, { name: "one more", expiresInDays: 7 }),
      await session.post(`${path}/api-keys`, { name: "one more", role: "member" }),
      await session.post(`${path}/invitations`, { email: "carl@example.com", role: "member" }),
      await session.post("/api/organizations", { name: "One more" }),
    ];
    for (const reply of growth) assertProblem(reply, 507, "storage_full");
    assert.equal(await countEvents(instance), events);

    for (const { id, client } of unused) {
      assert.equal((await session.delete(`${TOKENS}/${id}`)).status, 200);
      assert.equal((await client.get("/forward-auth")).status, 401);
    }
    assert.equal((await session.delete(`${path}/members/${membership}`)).status, 200);
    assert.equal((await theirs.client.get("/forward-auth")).body.code, "member_removed");
    const signedIn = await instance.client().post("/api/sign-in", { email: owner.email, password: PASSWORD });
    assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body));

    disk.empty();
    await eventually(async () => {
      const { status, body } = await instance.client().get("/readyz");
      return status === 200 && body.storage === undefined;
    }, "the storage is as before");
    assert.equal((await session.post(TOKENS, { name: "one more", expiresInDays: 7 })).status, 201);
    assert.equal(statSync(join(disk.path, "mintmark.db.reserve")).size, 16 * 1024 ** 2);
  });

  test("with the reserve used up, first uses are refused and readiness says so; with room again everything works", async (t) => {
    const disk = smallDisk(t);
    if (disk === null) return;
    const instance = await instanceOn(t, disk);
    const seed = new Seed(instance);
    const owner = await seed.person("Ada");
    const organization = await seed.organization(owner);
    const session = await seed.session(owner, organization);
    const used = await seed.token(owner, organization);
    const unused = await Promise.all(Array.from({ length: 200 }, () => seed.token(owner, organization)));
    assert.equal((await used.client.get("/forward-auth")).status, 200);

    let refused = null;
    for (const token of unused) {
      disk.fill();
      const { status } = await token.client.get("/forward-auth");
      assert.ok(status === 200 || status === 503, String(status));
      if (status === 503) refused = token;
    }
    assert.ok(refused !== null, "the reserve was used up");
    assert.equal(existsSync(join(disk.path, "mintmark.db.reserve")), false);
    const ready = await instance.client().get("/readyz");
    assert.deepEqual([ready.status, ready.body.storage], [503, "full"], JSON.stringify(ready.body));
    assertProblem(await refused.client.get("/api/whoami"), 503, "verifier_unavailable");
    assertProblem(await session.delete(`${TOKENS}/${refused.id}`), 507, "storage_full");
    // Requests that need no room still work: a known use, and a signed-in session.
    assert.equal((await used.client.get("/forward-auth")).status, 200);
    assert.equal((await session.get("/api/session")).status, 200);
    // The server tries to write the pending counts, and keeps them.
    await assert.rejects(instance.uses.flush());

    disk.empty();
    await eventually(async () => (await instance.client().get("/readyz")).body.storage === undefined, "room again");
    assert.equal((await refused.client.get("/forward-auth")).status, 200);
    await instance.uses.flush();
    assert.equal((await session.delete(`${TOKENS}/${refused.id}`)).status, 200);
    assert.equal((await refused.client.get("/forward-auth")).status, 401);
  });

  test("a start without room says so, exits with 1, and never reports ready", async (t) => {
    const disk = smallDisk(t);
    if (disk === null) return;
    t.after(() => disk.remove());
    const file = join(disk.path, "data", "mintmark.db");
    disk.fill();
    await assertDoesNotStart(file);
    disk.empty();
    // With an existing database, and without a reserve.
    const store = await openSqliteStore({ file, defaultPolicy: DEFAULT_POLICY });
    await store.migrate();
    await store.close();
    disk.fill();
    await assertDoesNotStart(file);
  });

  test("a start with only the reserve left serves", async (t) => {
    const disk = smallDisk(t);
    if (disk === null) return;
    t.after(() => disk.remove());
    const file = join(disk.path, "mintmark.db");
    assert.match((await startAndStop(file)).stdout, /Mintmark is ready/);
    disk.fill();
    const again = await startAndStop(file);
    assert.match(again.stdout, /Mintmark is ready/);
    assert.deepEqual([again.code, again.ready.status, again.ready.body.storage], [0, 200, "low"], again.stderr);
  });
});

test("a log that cannot be written does not end the server", async (t) => {
  if (!existsSync("/dev/full")) return t.skip("there is no /dev/full here");
  const folder = await temporaryFolder();
  t.after(() => folder.remove());
  const port = await freePort();
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, ["--conditions=development", MAIN], {
    env: { ...process.env, MINTMARK_DATA: join(folder.path, "mintmark.db"), MINTMARK_PORT: String(port) },
    stdio: ["ignore", full, "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const asked = (path: string): Promise<number> =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      ({ status }) => status,
      () => 0,
    );
  await eventually(async () => (await asked("/readyz")) === 200 || child.exitCode !== null, "it is ready");
  for (let round = 0; round < 50; round++) assert.equal(await asked("/api/session"), 401);
  assert.equal(child.exitCode, null);
});

async function countEvents(instance: TestInstance): Promise<number> {
  const { items } = await instance.deps.store.reads.listAuditEvents({}, { limit: 200, after: null });
  return items.filter(({ action }) => !/\.(used|denied)$/.test(action)).length;
}

async function assertDoesNotStart(file: string): Promise<void> {
  const { code, stdout, stderr } = await run(file, await freePort());
  assert.equal(code, 1, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^mintmark: error: cannot start: the disk under .*mintmark\.db is full\nmintmark: hint: free /m);
  assert.doesNotMatch(stderr, /\n {4}at /);
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(file: string, port: number, whileItRuns?: (stop: () => void) => Promise<void>): Promise<Run> {
  const child = spawn(process.execPath, ["--conditions=development", MAIN], {
    env: { ...process.env, MINTMARK_DATA: file, MINTMARK_PORT: String(port), MINTMARK_LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const exited = once(child, "close") as Promise<[number | null]>;
  await whileItRuns?.(() => child.kill("SIGTERM")).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  const [[code], [stdout, stderr]] = await Promise.all([exited, output]);
  return { code, stdout, stderr };
}

async function startAndStop(file: string): Promise<Run & { readonly ready: Reply }> {
  const port = await freePort();
  const client = new Client(`http://127.0.0.1:${port}`);
  let ready: Reply | null = null;
  const ran = await run(file, port, async (stop) => {
    await eventually(async () => (ready = await client.get("/readyz").catch(() => null)) !== null, "it responds");
    stop();
  });
  assert.ok(ready !== null);
  return { ...ran, ready };
}
