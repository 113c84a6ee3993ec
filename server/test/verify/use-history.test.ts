// What waits to be written of uses: nothing is lost when the store fails, and nothing is written twice.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DAY_MS, type Facts } from "@mintmark/core";
import { type Store, StoreUnavailable, type Transaction, type UseHistory } from "../../src/store/store.ts";
import { createUseHistoryBuffer, type UseHistoryBuffer } from "../../src/verify/use-history.ts";

const NOW = 1_790_000_000_000;
const DAY = Math.floor(NOW / DAY_MS);
const CLIENT = { ip: "192.0.2.1", userAgent: null, route: "GET /robots" };

const factsOf = (id: string, organization = "org_1"): Facts => ({ id, organization: { id: organization } }) as Facts;

function bufferOver(fails: () => boolean = () => false): {
  readonly buffer: UseHistoryBuffer;
  readonly written: UseHistory[];
} {
  const written: UseHistory[] = [];
  const store: Pick<Store, "transaction"> = {
    transaction: (work) => {
      if (fails()) return Promise.reject(new StoreUnavailable("down"));
      const tx: Partial<Transaction> = { recordUseHistory: async (history) => void written.push(history) };
      return work(tx as Transaction);
    },
  };
  return { buffer: createUseHistoryBuffer(store), written };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe("uses that wait to be written", () => {
  it("are one row for each day, address and route, and one for each day and outcome of an organization", async () => {
    const { buffer, written } = bufferOver();
    buffer.addUse(factsOf("pat_1"), CLIENT, NOW);
    buffer.addUse(factsOf("pat_1"), { ...CLIENT, ip: "192.0.2.2" }, NOW + 5);
    buffer.addUse(factsOf("pat_1"), { ...CLIENT, ip: null, route: null }, NOW + DAY_MS);
    buffer.addUse(factsOf("pat_2"), { ip: null, userAgent: null }, NOW);
    buffer.addDenial(factsOf("pat_2"), "token_expired", NOW);
    buffer.addDenial(factsOf("pat_2"), "token_expired", NOW);
    await buffer.write();
    const facet = { credentialId: "pat_1", facet: "address", firstAt: NOW, lastAt: NOW, uses: 1 };
    assert.deepEqual(written, [
      {
        days: [
          { credentialId: "pat_1", day: DAY, uses: 2, denied: 0 },
          { credentialId: "pat_1", day: DAY + 1, uses: 1, denied: 0 },
          { credentialId: "pat_2", day: DAY, uses: 1, denied: 2 },
        ],
        facets: [
          { ...facet, value: "192.0.2.1" },
          { ...facet, value: "192.0.2.2", firstAt: NOW + 5, lastAt: NOW + 5 },
          { ...facet, facet: "route", value: "GET /robots", lastAt: NOW + 5, uses: 2 },
        ],
        outcomes: [
          { organizationId: "org_1", day: DAY, outcome: "ok", count: 3 },
          { organizationId: "org_1", day: DAY + 1, outcome: "ok", count: 1 },
          { organizationId: "org_1", day: DAY, outcome: "token_expired", count: 2 },
        ],
      },
    ]);
    await buffer.write();
    assert.equal(written.length, 1);
  });

  it("are written a part at a time, each once", async () => {
    const { buffer, written } = bufferOver();
    for (let index = 0; index < 320; index++) buffer.addUse(factsOf(`pat_${index}`), CLIENT, NOW);
    await buffer.write();
    assert.ok(written.length > 1 && buffer.isEmpty());
    const ids = written.flatMap(({ days }) => days.map(({ credentialId }) => credentialId));
    assert.equal(new Set(ids).size, 320);
    assert.equal(ids.length, 320);
  });

  it("stay when the store fails, and are added to what came meanwhile", async () => {
    let failures = 0;
    const { buffer, written } = bufferOver(() => failures-- > 0);
    buffer.addUse(factsOf("pat_1"), CLIENT, NOW);
    buffer.addDenial(factsOf("pat_1"), "token_expired", NOW);
    failures = 1;
    const failing = buffer.write();
    buffer.addUse(factsOf("pat_1"), CLIENT, NOW - 5);
    await assert.rejects(failing, StoreUnavailable);
    assert.ok(!buffer.isEmpty());
    await buffer.write();
    const [history] = written;
    assert.deepEqual(history?.days, [{ credentialId: "pat_1", day: DAY, uses: 2, denied: 1 }]);
    assert.deepEqual(
      history.facets.map(({ facet, firstAt, lastAt, uses }) => [facet, firstAt, lastAt, uses]),
      [
        ["address", NOW - 5, NOW, 2],
        ["route", NOW - 5, NOW, 2],
      ],
    );
    assert.deepEqual(
      history.outcomes.map(({ count }) => count),
      [2, 1],
    );
  });

  it("keep no more addresses of one credential than a bound, and still count every use", async () => {
    const { buffer, written } = bufferOver();
    for (let index = 0; index < 5000; index++) {
      buffer.addUse(factsOf("pat_1"), { ip: `2001:db8::${index.toString(16)}`, userAgent: null }, NOW);
    }
    await buffer.write();
    assert.equal(written[0]?.facets.length, 100);
    assert.equal(sum(written[0]?.days.map(({ uses }) => uses) ?? []), 5000);
  });
});
