import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Sighting, Store, TokenRecord, UseBatch } from "../../../src/store/store.ts";
import { addApiKey, addMember, addToken, newId, present, T0 } from "./samples.ts";

export function describeUsage(store: () => Store): void {
  describe("usage", { concurrency: true }, () => {
    const record = (batch: readonly UseBatch[]): Promise<void> => store().transaction((tx) => tx.recordUses(batch));

    test("uses are added up; the newest decides address, agent and route", async () => {
      const { id } = await addToken(store(), await addMember(store()));
      await record([use(id, { count: 2, lastUsedAt: T0 + 1, ip: "192.0.2.1", userAgent: "one", route: "GET /" })]);
      await record([
        use(id, { count: 3, lastUsedAt: T0 + 2, ip: "192.0.2.2", userAgent: null, route: "mintmark mcp" }),
      ]);
      const token = await store().reads.findToken(id);
      assert.deepEqual(usageOf(token), [5, T0 + 2, "192.0.2.2", null]);
      assert.equal(token?.lastUsedRoute, "mintmark mcp");
      await record([use(id, { lastUsedAt: T0 + 3 })]);
      assert.equal((await store().reads.findToken(id))?.lastUsedRoute, null, "not that of an earlier use");
    });

    test("a batch that arrives late adds its count and never moves the last use back", async () => {
      const { id } = await addToken(store(), await addMember(store()));
      await record([use(id, { lastUsedAt: T0 + 5, ip: "192.0.2.5" })]);
      await record([use(id, { lastUsedAt: T0 + 4, ip: "192.0.2.4" })]);
      assert.deepEqual(usageOf(await store().reads.findToken(id)), [2, T0 + 5, "192.0.2.5", null]);
    });

    test("one batch may hold many credentials of both kinds, and one of them several times", async () => {
      const member = await addMember(store());
      const token = await addToken(store(), member);
      const key = await addApiKey(store(), member);
      const strangers = Array.from({ length: 1_200 }, () => use(newId("token"), {}));
      await record([
        use(token.id, { count: 4, lastUsedAt: T0 + 9, ip: "192.0.2.9" }),
        ...strangers,
        use(key.id, { lastUsedAt: T0 + 3 }),
        use(token.id, { count: 1, lastUsedAt: T0 + 8, ip: "192.0.2.8" }),
      ]);
      await record([]);
      assert.deepEqual(usageOf(await store().reads.findToken(token.id)), [5, T0 + 9, "192.0.2.9", null]);
      assert.equal((await store().reads.findApiKey(key.id))?.lastUsedAt, T0 + 3);
    });

    test("batches written at once lose no use", async () => {
      const ids = Array.from({ length: 400 }, () => newId("token"));
      const member = await addMember(store());
      const { id } = await addToken(store(), member);
      const batches = Array.from({ length: 12 }, (_, index) => {
        const all = [...ids, id].map((credentialId) => use(credentialId, { lastUsedAt: T0 + index }));
        return index % 2 === 0 ? all : all.toReversed();
      });
      await Promise.all(batches.map(record));
      assert.deepEqual(usageOf(await store().reads.findToken(id)).slice(0, 2), [12, T0 + 11]);
    });

    describeSightings(store);
  });
}

function describeSightings(store: () => Store): void {
  const record = (sightings: readonly Sighting[]): Promise<readonly Sighting[]> =>
    store().transaction((tx) => tx.recordSightings(sightings));

  test("unknown sightings are returned, each once", async () => {
    const credentialId = newId("token");
    const seen = (sighting: string): Sighting => ({ credentialId, sighting, at: T0 });
    const [day, ip, agent] = [seen("day:2026-11-22"), seen("ip:192.0.2.1"), seen("agent:0a")] as const;
    assert.deepEqual(await record([day, ip, { ...ip, at: T0 + 1 }]), [day, ip]);
    assert.deepEqual(await record([agent, day, ip]), [agent]);
    assert.deepEqual(await record([day]), []);
    assert.deepEqual(await record([]), []);
    const other = { ...day, credentialId: newId("token") };
    assert.deepEqual(await record([other]), [other]);
  });

  test("a sighting in a transaction that is rolled back is new again", async () => {
    const sighting = { credentialId: newId("token"), sighting: "ip:192.0.2.1", at: T0 };
    const failure = new Error("not today");
    const failed = store().transaction(async (tx) => {
      assert.deepEqual(await tx.recordSightings([sighting]), [sighting]);
      throw failure;
    });
    await assert.rejects(failed, failure);
    assert.deepEqual(await record([sighting]), [sighting]);
  });

  test("new addresses and agents since an instant are counted; days and refusals are not", async () => {
    const credentialId = newId("token");
    const at = (sighting: string, instant: number): Sighting => ({ credentialId, sighting, at: instant });
    await record([
      at("ip:192.0.2.1", T0 - 1),
      at("ip:192.0.2.2", T0),
      at("agent:0b", T0 + 1),
      at("day:2026-11-22", T0 + 1),
      at("denied:token_expired", T0 + 1),
      { ...at("ip:192.0.2.3", T0 + 1), credentialId: newId("token") },
    ]);
    assert.equal(await store().transaction((tx) => tx.countSightings(credentialId, T0)), 2);
    assert.equal(await store().transaction((tx) => tx.countSightings(newId("token"), T0)), 0);
  });

  test("networks are counted, all of them and those since an instant", async () => {
    const credentialId = newId("token");
    const at = (sighting: string, instant: number): Sighting => ({ credentialId, sighting, at: instant });
    await record([
      at("net:192.0.2.0/24", T0 - 1),
      at("net:198.51.100.0/24", T0),
      at("ip:192.0.2.1", T0 + 1),
      { ...at("net:203.0.113.0/24", T0 + 1), credentialId: newId("token") },
    ]);
    const count = (id: string) => store().transaction((tx) => tx.countNetworks(id, T0));
    assert.deepEqual(await count(credentialId), { known: 2, recent: 1 });
    assert.deepEqual(await count(newId("token")), { known: 0, recent: 0 });
    assert.equal(await store().transaction((tx) => tx.countSightings(credentialId, 0)), 1, "they are not new");
  });

  test("of simultaneous calls with the same sightings, exactly one gets each as new", async () => {
    const ids = Array.from({ length: 200 }, () => newId("token"));
    const seen = ids.flatMap((credentialId) =>
      ["ip:192.0.2.1", "ip:192.0.2.2"].map((sighting) => ({ credentialId, sighting, at: T0 })),
    );
    const rounds = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? seen : seen.toReversed()));
    const answers = (await Promise.all(rounds.map(record))).flat();
    const keys = answers.map((sighting) => `${sighting.credentialId} ${sighting.sighting}`);
    assert.equal(keys.length, seen.length);
    assert.equal(new Set(keys).size, seen.length);
  });
}

function use(credentialId: string, fields: Partial<UseBatch>): UseBatch {
  return { credentialId, count: 1, lastUsedAt: T0, ip: null, userAgent: null, ...fields };
}

function usageOf(token: TokenRecord | null): readonly unknown[] {
  const { useCount, lastUsedAt, lastUsedIp, lastUsedUserAgent } = present(token);
  return [useCount, lastUsedAt, lastUsedIp, lastUsedUserAgent];
}
