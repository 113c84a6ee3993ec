import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DAY_MS } from "@mintmark/core";
import type { Cursor, LiveToken, NewToken, Page, Store } from "../../../src/store/store.ts";
import { addMember, addToken, type Member, newId, revocation, T0 } from "./samples.ts";

export function describeOverview(store: () => Store): void {
  describe("active tokens of an organization", { concurrency: true }, () => {
    const token = (member: Member, daysAgo: number, fields: Partial<NewToken> = {}): Promise<NewToken> =>
      addToken(store(), member, { createdAt: T0 - daysAgo * DAY_MS, ...fields });

    test("are listed newest first with their last use, page by page, without ended ones and those of other organizations", async () => {
      const member = await addMember(store());
      const organizationId = member.organization.id;
      await token(await addMember(store()), 1);
      const old = await token(member, 40, { expiresAt: T0 + 1 });
      const young = await token(member, 1);
      const twin = await token(member, 1);
      await token(member, 50, { expiresAt: T0 });
      const { id } = await token(member, 50);
      await store().transaction(async (tx) => {
        await tx.revokeToken(id, revocation());
        await tx.recordUses([{ credentialId: old.id, count: 1, lastUsedAt: T0 - 5, ip: null, userAgent: null }]);
      });
      const list = (limit: number, after: Cursor | null = null): Promise<Page<LiveToken>> =>
        store().reads.listLiveTokens(organizationId, T0, { limit, after });
      const all = await list(1000);
      const newest = [young, twin].sort((one, other) => (one.id < other.id ? 1 : -1));
      assert.deepEqual(all.items, [
        ...newest.map((one) => ({ id: one.id, createdAt: one.createdAt, expiresAt: null, lastUsedAt: null })),
        { id: old.id, createdAt: old.createdAt, expiresAt: T0 + 1, lastUsedAt: T0 - 5 },
      ]);
      assert.equal(all.next, null);
      const first = await list(1);
      const rest = await list(2, first.next);
      assert.deepEqual([...first.items, ...rest.items], all.items);
      assert.equal(rest.next, null);
    });

    test("are read by their ids, with all the facts that lists show", async () => {
      const member = await addMember(store());
      const [one, other] = [await token(member, 1, { name: "one" }), await token(member, 2)];
      const found = await store().reads.listTokensById([one.id, other.id, newId("token")]);
      assert.deepEqual(new Set(found.map(({ id }) => id)), new Set([one.id, other.id]));
      assert.deepEqual(
        found.find(({ id }) => id === one.id),
        await store().reads.findToken(one.id),
      );
      assert.deepEqual(await store().reads.listTokensById([]), []);
    });
  });
}
