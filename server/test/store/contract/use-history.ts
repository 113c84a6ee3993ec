import { DAY_MS } from "@mintmark/core";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FacetUse, OutcomeDay, Store, UseDay, UseHistory } from "../../../src/store/store.ts";
import { ADDRESSES_KEPT, ROUTES_KEPT } from "../../../src/store/usage/history.ts";
import { addApiKey, addMember, addOrganization, addToken, newId, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

const DAY = Math.floor(T0 / DAY_MS);

export function describeUseHistory(store: () => Store, open: OpenStore): void {
  describe("use history", { concurrency: true }, () => {
    const record = (history: Partial<UseHistory>): Promise<void> =>
      store().transaction((tx) => tx.recordUseHistory({ days: [], facets: [], outcomes: [], ...history }));

    test("days of a credential are added up, and read from a day on", async () => {
      const [id, other] = [newId("token"), newId("token")];
      await record({ days: [day(id, { uses: 3, denied: 1 }), day(id, { day: DAY + 1, uses: 5 })] });
      await record({ days: [day(other, { uses: 7 }), day(id, { uses: 2, denied: 2 })] });
      await record({});
      const read = async (ids: readonly string[], from: number): Promise<readonly UseDay[]> =>
        (await store().reads.listUseDays(ids, from)).toSorted((one, two) => one.day - two.day || one.uses - two.uses);
      assert.deepEqual(await read([id], DAY), [day(id, { uses: 5, denied: 3 }), day(id, { day: DAY + 1, uses: 5 })]);
      assert.deepEqual(await read([id], DAY + 1), [day(id, { day: DAY + 1, uses: 5 })]);
      assert.deepEqual(await read([id, other, newId("token")], DAY), [
        day(id, { uses: 5, denied: 3 }),
        day(other, { uses: 7 }),
        day(id, { day: DAY + 1, uses: 5 }),
      ]);
      assert.deepEqual(await read([], DAY), []);
    });

    test("addresses and routes know their first and last use, in whichever order the batches arrive", async () => {
      const id = newId("token");
      await record({ facets: [facet(id, { firstAt: T0 + 5, lastAt: T0 + 9, uses: 2 })] });
      await record({ facets: [facet(id, { firstAt: T0 + 1, lastAt: T0 + 2, uses: 1 })] });
      await record({ facets: [facet(id, { facet: "route", value: "GET /robots/:id", uses: 9 })] });
      await record({ facets: [facet(newId("token"), {})] });
      assert.deepEqual(await store().reads.listUseFacets(id), [
        facet(id, { facet: "route", value: "GET /robots/:id", uses: 9 }),
        facet(id, { firstAt: T0 + 1, lastAt: T0 + 9, uses: 3 }),
      ]);
    });

    test("of addresses and of routes the most recent stay, each kind up to its limit, for each credential", async () => {
      const [id, other] = [newId("token"), newId("token")];
      const many = (facetOf: FacetUse["facet"], count: number): FacetUse[] =>
        Array.from({ length: count }, (_, index) =>
          facet(id, { facet: facetOf, value: `${facetOf} ${index}`, firstAt: T0 + index, lastAt: T0 + index }),
        );
      await record({ facets: [...many("address", ADDRESSES_KEPT), ...many("route", ROUTES_KEPT), facet(other, {})] });
      await record({ facets: [facet(id, { value: "newest", lastAt: T0 + 1000 })] });
      await record({ facets: [facet(id, { facet: "route", value: "newest", lastAt: T0 + 1000 })] });
      const kept = await store().reads.listUseFacets(id);
      const values = (facetOf: FacetUse["facet"]): string[] =>
        kept.filter((use) => use.facet === facetOf).map((use) => use.value);
      assert.equal(values("address").length, ADDRESSES_KEPT);
      assert.equal(values("route").length, ROUTES_KEPT);
      assert.ok(values("address").includes("newest") && values("address").includes("address 1"));
      assert.ok(!values("address").includes("address 0") && !values("route").includes("route 0"));
      assert.equal((await store().reads.listUseFacets(other)).length, 1);
    });

    test("days of an organization are added up by outcome, separately from other organizations", async () => {
      const [one, other] = [await addOrganization(store()), await addOrganization(store())];
      await record({ outcomes: [outcome(one.id, { count: 2 }), outcome(one.id, { outcome: "token_revoked" })] });
      await record({
        outcomes: [outcome(one.id, { count: 3 }), outcome(other.id, {}), outcome(one.id, { day: DAY - 1 })],
      });
      assert.deepEqual(await store().reads.listOutcomeDays(one.id, DAY), [
        outcome(one.id, { count: 5 }),
        outcome(one.id, { outcome: "token_revoked" }),
      ]);
      assert.equal((await store().reads.listOutcomeDays(one.id, DAY - 1)).length, 3);
    });

    test("batches written at once, each in another order and with addresses to drop, lose no use", async () => {
      const ids = Array.from({ length: 40 }, () => newId("token"));
      const organization = await addOrganization(store());
      await record({
        facets: Array.from({ length: ADDRESSES_KEPT }, (_, index) =>
          facet(ids[0] as string, { value: `old ${index}` }),
        ),
      });
      const batches = Array.from({ length: 10 }, (_, index) => {
        const days = ids.map((id) => day(id, {}));
        const facets = ids.flatMap((id) => [
          facet(id, { lastAt: T0 + 1000 }),
          facet(id, { value: `new ${index}`, lastAt: T0 + 1000 }),
        ]);
        const outcomes = [outcome(organization.id, {}), outcome(organization.id, { outcome: "token_expired" })];
        return index % 2 === 0
          ? { days, facets, outcomes }
          : { days: days.toReversed(), facets: facets.toReversed(), outcomes: outcomes.toReversed() };
      });
      await Promise.all(batches.map(record));
      for (const { uses } of await store().reads.listUseDays(ids, DAY)) assert.equal(uses, 10);
      for (const id of ids) {
        const common = (await store().reads.listUseFacets(id)).find(({ value }) => value === "192.0.2.1");
        assert.equal(common?.uses, 10);
      }
      assert.deepEqual(
        (await store().reads.listOutcomeDays(organization.id, DAY)).map(({ count }) => count),
        [10, 10],
      );
    });

    test("the first use is the earliest day that was seen", async () => {
      const credentialId = newId("token");
      assert.equal(await store().reads.findFirstUse(credentialId), null);
      const seen = (sighting: string, at: number) => ({ credentialId, sighting, at });
      await store().transaction((tx) =>
        tx.recordSightings([seen("ip:192.0.2.1", T0), seen("day:2026-11-23", T0 + 9), seen("day:2026-11-22", T0 + 3)]),
      );
      assert.equal(await store().reads.findFirstUse(credentialId), T0 + 3);
    });

    test("ids are selected by their owner", async () => {
      const member = await addMember(store());
      const stranger = await addMember(store());
      const mine = await addToken(store(), member);
      const theirs = await addToken(store(), stranger);
      const key = await addApiKey(store(), member);
      const ids = [mine.id, theirs.id, key.id, newId("token")];
      const { reads } = store();
      assert.deepEqual(await reads.selectTokens(ids, { userId: member.user.id }), [mine.id]);
      assert.deepEqual(await reads.selectTokens(ids, { organizationId: stranger.organization.id }), [theirs.id]);
      const both = { userId: member.user.id, organizationId: stranger.organization.id };
      assert.deepEqual(await reads.selectTokens(ids, both), []);
      assert.deepEqual(await reads.selectApiKeys(ids, member.organization.id), [key.id]);
      assert.deepEqual(await reads.selectApiKeys(ids, stranger.organization.id), []);
    });

    test("entries older than a day are forgotten, up to a limit at a time, and nothing newer", () =>
      withStore(open, async (own) => {
        const id = newId("token");
        const { id: organizationId } = await addOrganization(own);
        const days = [DAY - 3, DAY - 2, DAY - 1, DAY];
        await own.transaction((tx) =>
          tx.recordUseHistory({
            days: days.map((number) => day(id, { day: number })),
            facets: days.map((number) => facet(id, { value: String(number), lastAt: number * DAY_MS + 1 })),
            outcomes: days.map((number) => outcome(organizationId, { day: number })),
          }),
        );
        const forget = (limit: number): Promise<number> => own.transaction((tx) => tx.forgetUseHistory(DAY - 1, limit));
        assert.deepEqual([await forget(1), await forget(10), await forget(10)], [3, 3, 0]);
        assert.deepEqual(
          (await own.reads.listUseDays([id], 0)).map((use) => use.day).sort((one, other) => one - other),
          [DAY - 1, DAY],
        );
        assert.deepEqual(
          (await own.reads.listUseFacets(id)).map((use) => use.value),
          [String(DAY - 1), String(DAY)],
        );
        assert.deepEqual(
          (await own.reads.listOutcomeDays(organizationId, 0)).map((use) => use.day),
          [DAY - 1, DAY],
        );
      }));
  });
}

function day(credentialId: string, fields: Partial<UseDay>): UseDay {
  return { credentialId, day: DAY, uses: 1, denied: 0, ...fields };
}

function facet(credentialId: string, fields: Partial<FacetUse>): FacetUse {
  return { credentialId, facet: "address", value: "192.0.2.1", firstAt: T0, lastAt: T0, uses: 1, ...fields };
}

function outcome(organizationId: OutcomeDay["organizationId"], fields: Partial<OutcomeDay>): OutcomeDay {
  return { organizationId, day: DAY, outcome: "ok", count: 1, ...fields };
}
