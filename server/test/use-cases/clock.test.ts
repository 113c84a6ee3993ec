// Replicas whose clocks are hours apart decide by one time: the database's.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noteExpiries } from "../../src/use-cases/token/token.ts";
import { DatabaseClock } from "../../src/store/postgres/primary.ts";
import { Client } from "../support/client.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { type Person, Seed, type SeededCredential } from "../support/seed.ts";

const HOUR_MS = 3_600_000;
const SOON_MS = 1_000;

describe("replicas on PostgreSQL whose clocks are off", () => {
  let right: TestInstance;
  let ahead: TestInstance;
  let behind: TestInstance;
  let person: Person;
  let live: SeededCredential<string>;
  let ended: SeededCredential<string>;

  before(async () => {
    const off = async (ms: number, databaseUrl?: string): Promise<TestInstance> =>
      startInstance({
        engine: "postgres",
        hostClock: () => Date.now() + ms,
        env: databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl },
      });
    right = await off(0);
    [ahead, behind] = await Promise.all([
      off(2 * HOUR_MS, right.databaseUrl as string),
      off(-2 * HOUR_MS, right.databaseUrl as string),
    ]);
    const seed = new Seed(right);
    person = await seed.person();
    const now = Date.now();
    live = await seed.token(person, person.personal, { expiresAt: now + HOUR_MS });
    ended = await seed.token(person, person.personal, { createdAt: now - 3 * HOUR_MS, expiresAt: now - HOUR_MS });
  });
  after(async () => {
    for (const instance of [ahead, behind, right]) await instance.close();
  });

  const replicas = (): readonly TestInstance[] => [right, ahead, behind];

  test("each replica verifies an active token and refuses an expired one", async () => {
    for (const instance of replicas()) {
      const ask = (secret: string): Promise<Response> =>
        fetch(`${instance.url}/forward-auth`, { headers: { Authorization: `Bearer ${secret}` } });
      assert.equal((await ask(live.secret)).status, 200);
      const refused = await ask(ended.secret);
      assert.equal(refused.status, 401);
      assert.equal(((await refused.json()) as { code: string }).code, "token_expired");
    }
  });

  test("no expiry is recorded before it is reached on the database's clock", async () => {
    for (const instance of replicas()) await noteExpiries(instance.deps);
    const { items } = await right.deps.store.reads.listAuditEvents(
      { actions: ["pat.expired"] },
      { limit: 10, after: null },
    );
    assert.deepEqual(
      items.map(({ target }) => target?.id),
      [ended.id],
    );
  });

  test("records made by each replica have the same time, and a session lasts equally long on each", async () => {
    for (const instance of replicas()) {
      assert.ok(Math.abs(instance.deps.clock() - Date.now()) < SOON_MS);
      const session = await new Seed(instance).session(person);
      for (const other of replicas()) {
        assert.equal((await new Client(other.url, session.headers).get("/api/session")).status, 200);
      }
    }
  });

  test("a wrong clock is reported: in the log, by /readyz, by a metric", async () => {
    for (const [instance, seconds, words] of [
      [ahead, 7_200, "7200 s ahead of"],
      [behind, -7_200, "7200 s behind"],
    ] as const) {
      assert.ok(instance.log.some((line) => line.includes(words)));
      const ready = await fetch(`${instance.url}/readyz`);
      assert.equal(ready.status, 200);
      assert.ok(((await ready.json()) as { warning: string }).warning.includes(words));
      const metrics = await (await fetch(`${instance.url}/metrics`)).text();
      const told = Number(/^mintmark_clock_ahead_seconds (\S+)$/m.exec(metrics)?.[1]);
      assert.ok(Math.abs(told - seconds) < 1);
    }
    assert.deepEqual(await (await fetch(`${right.url}/readyz`)).json(), { status: "ready" });
    assert.ok(!right.log.some((line) => line.includes("The clock of this host")));
  });
});

describe("the database's clock", () => {
  test("is never before the last response, and never after the latest possible time", () => {
    let monotonic = 0;
    const clock = new DatabaseClock(
      () => 5,
      () => monotonic,
    );
    assert.equal(clock.now(), 5);
    const startedAt = clock.start();
    monotonic = 40;
    clock.observe(1_000_000, startedAt);
    assert.equal(clock.now(), 1_000_000);
    monotonic = 50;
    clock.observe(1_000_050, 45);
    assert.equal(clock.now(), 1_000_050);
    // A slow response adds no information: the clock continues.
    monotonic = 1_050;
    clock.observe(1_000_060, 50);
    assert.equal(clock.now(), 1_001_050);
  });

  test("follows a database whose clock was set, or that was replaced by another", () => {
    let monotonic = 0;
    const clock = new DatabaseClock(
      () => 0,
      () => monotonic,
    );
    clock.observe(9_000_000, clock.start());
    for (const databaseMs of [2_000_000, 8_000_000]) {
      const startedAt = clock.start();
      monotonic += 1;
      clock.observe(databaseMs, startedAt);
      assert.ok(Math.abs(clock.now() - databaseMs) <= 2);
    }
  });

  test("is read again after a second by either clock: on a suspended machine one of them stops", () => {
    let monotonic = 0;
    let host = 0;
    const clock = new DatabaseClock(
      () => host,
      () => monotonic,
    );
    assert.equal(clock.isFresh(), false);
    clock.observe(1, clock.start());
    assert.equal(clock.isFresh(), true);
    host += 2 * HOUR_MS;
    assert.equal(clock.isFresh(), false);
    clock.observe(1, clock.start());
    monotonic += 1_001;
    assert.equal(clock.isFresh(), false);
  });
});
