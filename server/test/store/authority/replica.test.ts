import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LEASE_MS, Process, World } from "./world.ts";

/** A process that has a lease and remembers the token "a". */
async function warm(options: ConstructorParameters<typeof Process>[2] = {}) {
  const world = new World();
  const process = new Process(world, "one", options);
  process.replica.start();
  await world.pass(1);
  assert.equal(await process.verify("a"), "database: active");
  assert.equal(await process.verify("a"), "memory: active");
  return { world, process };
}

describe("a replica", () => {
  test("uses memory only while its lease lasts, counted from before the renewal was sent", async () => {
    const { world, process } = await warm();
    process.link.holdsAnswers = true;
    await world.pass(LEASE_MS / 5);
    await world.pass(1_500);
    assert.equal(process.replica.holdsLease(), true);
    await world.pass(80);
    assert.equal(process.replica.holdsLease(), false, "1981 ms after the registration was sent");
    process.link.release();
    await world.pass(0);
    assert.equal(process.replica.holdsLease(), true, "a renewal that was sent 1581 ms ago");
    process.link.isCut = true;
    await world.pass(400);
    assert.equal(process.replica.holdsLease(), false);
  });

  test("drops what the log names, and acknowledges it", async () => {
    const { world, process } = await warm();
    world.commit({ kind: "token", key: "a" });
    process.replica.notify();
    await world.pass(0);
    assert.equal(await process.verify("a"), "unknown");
    assert.equal(world.rows.get("one")?.applied, 1);
  });

  test("needs no notification", async () => {
    const { world, process } = await warm();
    for (const key of ["a", "b", "c", "d", "e"]) world.commit({ kind: "token", key });
    await world.pass(LEASE_MS / 5);
    assert.equal(await process.verify("a"), "unknown");
    assert.equal(world.rows.get("one")?.applied, 5, "over several pages");
  });

  test("keeps nothing of a read that began before a change was applied", async () => {
    const { world, process } = await warm();
    process.link.holdsAnswers = true;
    const late = process.verify("b");
    process.link.holdsAnswers = false;
    world.commit({ kind: "token", key: "b" });
    process.replica.notify();
    await world.pass(0);
    process.link.release();
    assert.equal(await late, "database: active", "the read began before the change");
    assert.equal(await process.verify("b"), "unknown");
  });

  test("forgets everything when it was fenced, and registers again", async () => {
    const { world, process } = await warm();
    const row = world.rows.get("one");
    assert.ok(row);
    row.state = "fenced";
    world.commit({ kind: "token", key: "a" });
    process.link.holdsAnswers = true;
    await world.pass(LEASE_MS / 5);
    process.link.release();
    process.link.holdsAnswers = true;
    await world.pass(0);
    assert.deepEqual(process.heard, ["fenced"]);
    assert.equal(process.replica.holdsLease(), false, "also before it has registered");
    process.link.release();
    await world.pass(0);
    assert.equal(process.memory.size, 0);
    assert.equal(world.rows.get("one")?.inc, 2);
    assert.equal(process.replica.holdsLease(), true);
    assert.equal(await process.verify("a"), "unknown");
  });

  test("acknowledges only what its subscribers have settled", async () => {
    const { world, process } = await warm();
    const settling = Promise.withResolvers<void>();
    process.subscribe({ settle: () => settling.promise });
    world.commit({ kind: "token", key: "a" });
    process.replica.notify();
    await world.pass(0);
    assert.equal(await process.verify("a"), "unknown");
    assert.equal(world.rows.get("one")?.applied, 0);
    settling.resolve();
    await world.pass(0);
    assert.equal(world.rows.get("one")?.applied, 1);
  });

  test("has no lease after the machine was suspended", async () => {
    const { world, process } = await warm();
    world.wallOffset += LEASE_MS;
    assert.equal(process.replica.holdsLease(), false);
    await world.pass(LEASE_MS / 5);
    assert.equal(process.replica.holdsLease(), true);
  });

  test("takes nothing from memory while its clock runs at another rate, and does again when it is right", async () => {
    for (const [rate, isRight] of [
      [1, true],
      [0.995, true],
      [1.005, true],
      [0.9, false],
      [1.1, false],
      [0.98, false],
    ] as const) {
      const { world, process } = await warm({ rate });
      await world.pass(31_000);
      assert.equal(process.replica.holdsLease(), isRight, `rate ${rate}`);
      assert.deepEqual(process.heard, isRight ? [] : ["clock off"]);
    }
  });

  test("stops when the log is another one than it applied", async () => {
    const { world, process } = await warm();
    world.commit({ kind: "token", key: "x" }, { kind: "token", key: "y" });
    await world.pass(LEASE_MS / 5);
    world.log.length = 0;
    await world.pass(LEASE_MS / 5);
    assert.deepEqual(process.heard, ["rolled back"]);
    assert.equal(process.replica.holdsLease(), false);
    assert.equal(process.memory.size, 0);
    await world.pass(LEASE_MS);
    assert.equal(process.replica.holdsLease(), false);
    process.replica.resume();
    await world.pass(0);
    assert.equal(process.replica.holdsLease(), true);
  });

  test("leaves nobody waiting when it stops", async () => {
    const { world, process } = await warm();
    await process.replica.stop();
    assert.equal(world.rows.size, 0);
    assert.equal(process.replica.holdsLease(), false);
    await world.pass(LEASE_MS);
    assert.equal(world.rows.size, 0);
  });
});
