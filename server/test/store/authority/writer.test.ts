import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LEASE_ENDS_MS, LEASE_MS, Process, settled, World } from "./world.ts";

/** Processes with leases, each of which remembers the tokens. */
async function warm(...ids: readonly string[]) {
  const world = new World();
  const processes = ids.map((id) => new Process(world, id));
  for (const { replica } of processes) replica.start();
  await world.pass(1);
  for (const process of processes) for (const token of ["a", "b"]) await process.verify(token);
  return { world, processes: processes as [Process, Process, Process] };
}

/** The value of the promise, if it has resolved. */
async function now<T>(promise: Promise<T>): Promise<T | "waits"> {
  await settled();
  return Promise.race([promise, Promise.resolve("waits" as const)]);
}

describe("a change", () => {
  test("is confirmed by the commit where nobody else uses memory", async () => {
    const {
      processes: [one],
    } = await warm("one");
    assert.deepEqual(await one.revoke("a"), { confirmedBy: "single", replicas: 1, waitedMs: 0 });
    assert.equal(await one.verify("a"), "unknown");
  });

  test("is confirmed when every replica has applied it", async () => {
    const {
      world,
      processes: [one, two, three],
    } = await warm("one", "two", "three");
    const confirmed = one.revoke("a");
    two.replica.notify();
    await world.pass(20);
    assert.equal(await now(confirmed), "waits");
    three.replica.notify();
    await world.pass(20);
    assert.partialDeepStrictEqual(await now(confirmed), { confirmedBy: "replicas", replicas: 3 });
    for (const process of [one, two, three]) assert.equal(await process.verify("a"), "unknown");
  });

  test("waits for the lease of a replica that is silent, and no later change waits for it", async () => {
    const {
      world,
      processes: [one, two, three],
    } = await warm("one", "two", "three");
    world.stop(two);
    const first = one.revoke("a");
    await world.pass(LEASE_ENDS_MS - 1);
    assert.equal(await now(first), "waits");
    await world.pass(1);
    assert.deepEqual(await now(first), { confirmedBy: "lease", replicas: 2, waitedMs: LEASE_ENDS_MS });
    assert.equal(await two.verify("a"), "unknown");
    const second = one.revoke("b");
    three.replica.notify();
    await world.pass(60);
    assert.partialDeepStrictEqual(await now(second), { confirmedBy: "replicas", replicas: 2 });
    world.continue(two);
    await world.pass(LEASE_MS);
    assert.deepEqual(two.heard, ["fenced"]);
    assert.equal(two.replica.holdsLease(), true);
  });

  test("fences nobody who renewed since its row was read", async () => {
    const {
      world,
      processes: [one, two],
    } = await warm("one", "two");
    // It renews, and cannot acknowledge: its subscriber does not answer.
    two.subscribe({ settle: () => new Promise(() => {}) });
    const first = one.revoke("a");
    await world.pass(LEASE_MS / 5);
    assert.equal(world.rows.get("two")?.renewals, 1);
    await world.pass(LEASE_ENDS_MS - LEASE_MS / 5);
    assert.partialDeepStrictEqual(await now(first), { confirmedBy: "lease", replicas: 1 });
    assert.equal(world.rows.get("two")?.state, "live", "its last renewal is younger than a lease");
    await world.pass(LEASE_MS / 5 + 50);
    assert.equal(world.rows.get("two")?.state, "fenced");
    assert.equal(two.replica.holdsLease(), false);
  });

  test("that is repeated waits for the first one", async () => {
    const {
      world,
      processes: [one, two],
    } = await warm("one", "two");
    world.stop(two);
    const first = one.revoke("a");
    const again = one.writer.confirm(world.log.length);
    assert.equal(await now(again), "waits");
    assert.equal(await two.verify("a"), "memory: active");
    await world.pass(LEASE_ENDS_MS);
    assert.partialDeepStrictEqual(
      [await now(first), await now(again)],
      [{ confirmedBy: "lease" }, { confirmedBy: "lease" }],
    );
  });

  test("needs no database after its commit", async () => {
    const {
      world,
      processes: [one, two],
    } = await warm("one", "two");
    const key = { kind: "token", key: "a" } as const;
    const seq = world.commit(key);
    one.link.isCut = true;
    two.link.isCut = true;
    one.replica.dropLocally([key]);
    const confirmed = one.writer.confirm(seq);
    await world.pass(LEASE_ENDS_MS - 1);
    assert.equal(await now(confirmed), "waits");
    await world.pass(1);
    assert.partialDeepStrictEqual(await now(confirmed), { confirmedBy: "lease", replicas: 1 });
    await assert.rejects(two.verify("a"), /the link is cut/);
  });

  test("hears of a change beside one that waits at once", async () => {
    const {
      world,
      processes: [one, two, three],
    } = await warm("one", "two", "three");
    world.stop(three);
    void one.revoke("a");
    await world.pass(1_000);
    await three.replica.stop();
    world.rows.delete("three");
    const second = one.revoke("b");
    two.replica.notify();
    await world.pass(3);
    assert.partialDeepStrictEqual(await now(second), { confirmedBy: "replicas", replicas: 2 });
  });
});
