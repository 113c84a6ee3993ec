import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DueEndNotice, Store } from "../../../src/store/store.ts";
import { addMember, addToken, revocation, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

export function describeAnnouncements(open: OpenStore): void {
  describe("expiries to announce", { concurrency: true }, () => {
    test("an active token is due from its instant on, until the next one is set", () =>
      withStore(open, async (store) => {
        const member = await addMember(store);
        const lifetime = { expiresAt: T0 + 100, expiryNoticeAt: T0 + 10 };
        const token = await addToken(store, member, lifetime);
        const revoked = await addToken(store, member, lifetime);
        await store.transaction((tx) => tx.revokeToken(revoked.id, revocation()));
        await addToken(store, member, { expiresAt: T0 + 100 });
        assert.deepEqual(await due(store, T0 + 9), []);
        assert.deepEqual(await due(store, T0 + 10), [{ id: token.id, dueAt: T0 + 10 }]);
        await store.transaction((tx) => tx.setEndNoticesAt("pat", new Map([[token.id, T0 + 20]])));
        assert.deepEqual(await due(store, T0 + 19), []);
        assert.equal((await due(store, T0 + 20)).length, 1);
        await store.transaction((tx) => tx.setEndNoticesAt("pat", new Map([[token.id, null]])));
        assert.deepEqual(await due(store, T0 + 99), []);
      }));

    test("simultaneous calls each return different ones", () =>
      withStore(open, async (store) => {
        const member = await addMember(store);
        for (let index = 0; index < 8; index++)
          await addToken(store, member, { expiresAt: T0 + 100, expiryNoticeAt: T0 });
        const take = (): Promise<readonly DueEndNotice[]> =>
          store.transaction(async (tx) => {
            const tokens = await tx.lockDueEndNotices("pat", T0, 3);
            for (const { id } of tokens) await tx.setEndNoticesAt("pat", new Map([[id, null]]));
            return tokens;
          });
        const ids = (await Promise.all([take(), take(), take(), take()])).flat().map(({ id }) => id);
        for (let more = await take(); more.length > 0; more = await take()) ids.push(...more.map(({ id }) => id));
        assert.equal(new Set(ids).size, ids.length, "none is announced twice");
        assert.equal(ids.length, 8);
      }));
  });
}

function due(store: Store, now: number): Promise<readonly DueEndNotice[]> {
  return store.transaction((tx) => tx.lockDueEndNotices("pat", now, 10));
}
