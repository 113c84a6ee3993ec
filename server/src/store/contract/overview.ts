import { DAY_MS } from "@mintmark/core";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { NewToken, Store } from "../store.ts";
import { addMember, addToken, type Member, revocation, T0 } from "./samples.ts";

const DAY = Math.floor(T0 / DAY_MS);

export function describeOverview(store: () => Store): void {
  describe("overview of an organization", { concurrency: true }, () => {
    const at = { now: T0, unusedSince: T0 - 30 * DAY_MS, since: [T0 - 7 * DAY_MS, T0 - 90 * DAY_MS] };
    const token = (member: Member, daysAgo: number, fields: Partial<NewToken> = {}): Promise<NewToken> =>
      addToken(store(), member, { createdAt: T0 - daysAgo * DAY_MS, ...fields });
    const use = (id: string, daysAgo: number): Promise<void> =>
      store().transaction((tx) =>
        tx.recordUses([{ credentialId: id, count: 1, lastUsedAt: T0 - daysAgo * DAY_MS, ip: null, userAgent: null }]),
      );

    test("live tokens are counted by age, never used and stale; ended ones and those of others are not", async () => {
      const member = await addMember(store());
      await token(await addMember(store()), 1);
      await token(member, 1);
      await use((await token(member, 40, { expiresAt: T0 + 1 })).id, 2);
      await use((await token(member, 200)).id, 31);
      await token(member, 100);
      await token(member, 50, { expiresAt: T0 });
      const { id } = await token(member, 50);
      await store().transaction((tx) => tx.revokeToken(id, revocation()));
      assert.deepEqual(await store().reads.countTokens(member.organization.id, at), {
        live: 4,
        neverUsed: 2,
        withoutExpiry: 3,
        stale: 2,
        byAge: [1, 1, 2],
      });
      const nobody = await addMember(store());
      assert.deepEqual(await store().reads.countTokens(nobody.organization.id, at), {
        live: 0,
        neverUsed: 0,
        withoutExpiry: 0,
        stale: 0,
        byAge: [0, 0, 0],
      });
    });

    test("expiries are counted by UTC day between two instants", async () => {
      const member = await addMember(store());
      const noon = (day: number): number => day * DAY_MS + DAY_MS / 2;
      for (const expiresAt of [noon(DAY + 1), noon(DAY + 1) + 1, noon(DAY + 3), noon(DAY + 9), T0, null]) {
        await token(member, 5, { expiresAt });
      }
      const { id } = await token(member, 5, { expiresAt: noon(DAY + 2) });
      await store().transaction((tx) => tx.revokeToken(id, revocation()));
      assert.deepEqual(await store().reads.listExpiryDays(member.organization.id, T0, noon(DAY + 9)), [
        { day: DAY + 1, tokens: 2 },
        { day: DAY + 3, tokens: 1 },
      ]);
    });

    test("stale tokens come with their owner, the longest unused first", async () => {
      const member = await addMember(store());
      const used = await token(member, 300, { name: "used long ago" });
      await use(used.id, 40);
      const unused = await token(member, 60, { name: "never used" });
      await use((await token(member, 300)).id, 29);
      await token(member, 29);
      const stale = await store().reads.listStaleTokens(member.organization.id, at, 10);
      assert.deepEqual(
        stale.map(({ id, name, lastUsedAt }) => ({ id, name, lastUsedAt })),
        [
          { id: unused.id, name: "never used", lastUsedAt: null },
          { id: used.id, name: "used long ago", lastUsedAt: T0 - 40 * DAY_MS },
        ],
      );
      assert.deepEqual(stale[0]?.user, { id: member.user.id, name: member.user.name });
      assert.equal((await store().reads.listStaleTokens(member.organization.id, at, 1)).length, 1);
    });
  });
}
