import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ClaimedEmail, ExpiringToken, Store } from "../../../src/store/store.ts";
import { addNotice } from "./notices.ts";
import { addMember, addToken, addUser, revocation, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

export function describeNoticeLetters(open: OpenStore): void {
  describe("emails of notices", { concurrency: true }, () => {
    test("a due email is taken once, the one due for longest first", () =>
      withStore(open, async (store) => {
        const user = await addUser(store);
        await addNotice(store, user.id);
        const second = await addNotice(store, user.id, { mailDueAt: T0 + 2 });
        const first = await addNotice(store, user.id, { mailDueAt: T0 + 1 });
        await store.transaction((tx) => tx.setNoticeMutes(user.id, ["token.minted"], T0));
        assert.equal(await claim(store, T0), null);
        const taken = await claim(store, T0 + 2);
        assert.deepEqual(
          [taken?.notice.id, taken?.user.id, taken?.isMuted, taken?.attempts],
          [first.id, user.id, true, 1],
        );
        assert.equal((await claim(store, T0 + 2))?.notice.id, second.id);
        assert.equal(await claim(store, T0 + 2), null);
      }));

    test("an email that was given back is due again, one that was sent is not", () =>
      withStore(open, async (store) => {
        const user = await addUser(store);
        const { id } = await addNotice(store, user.id, { mailDueAt: T0 });
        await claim(store, T0);
        await store.transaction((tx) => tx.delayNoticeEmail(id, T0 + 60));
        assert.equal(await claim(store, T0 + 59), null);
        assert.equal((await claim(store, T0 + 60))?.attempts, 2);
        await store.transaction((tx) => tx.recordNoticeEmailed(id, T0 + 61));
        await store.transaction((tx) => tx.delayNoticeEmail(id, T0 + 62));
        assert.equal(await claim(store, T0 + 99), null);
      }));

    test("simultaneous calls each get a different email", () =>
      withStore(open, async (store) => {
        const user = await addUser(store);
        for (let index = 0; index < 6; index++) await addNotice(store, user.id, { mailDueAt: T0 });
        const claims = await Promise.all(Array.from({ length: 6 }, () => claim(store, T0)));
        const ids = claims.flatMap((letter) => letter?.notice.id ?? []);
        for (let more = await claim(store, T0); more !== null; more = await claim(store, T0)) ids.push(more.notice.id);
        assert.equal(new Set(ids).size, ids.length, "none is given twice");
        assert.equal(ids.length, 6);
      }));
  });

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
        assert.deepEqual(await due(store, T0 + 10), [
          {
            id: token.id,
            name: token.name,
            userId: member.user.id,
            organizationId: member.organization.id,
            createdAt: T0,
            expiresAt: T0 + 100,
            hasEnded: false,
          },
        ]);
        await store.transaction((tx) => tx.setExpiryNoticesAt(new Map([[token.id, T0 + 20]])));
        assert.deepEqual(await due(store, T0 + 19), []);
        assert.equal((await due(store, T0 + 20)).length, 1);
        await store.transaction((tx) => tx.setExpiryNoticesAt(new Map([[token.id, null]])));
        assert.deepEqual(await due(store, T0 + 99), []);
      }));

    test("simultaneous calls each return different ones", () =>
      withStore(open, async (store) => {
        const member = await addMember(store);
        for (let index = 0; index < 8; index++)
          await addToken(store, member, { expiresAt: T0 + 100, expiryNoticeAt: T0 });
        const take = (): Promise<readonly ExpiringToken[]> =>
          store.transaction(async (tx) => {
            const tokens = await tx.lockDueExpiryNotices(T0, 3);
            for (const { id } of tokens) await tx.setExpiryNoticesAt(new Map([[id, null]]));
            return tokens;
          });
        const ids = (await Promise.all([take(), take(), take(), take()])).flat().map(({ id }) => id);
        for (let more = await take(); more.length > 0; more = await take()) ids.push(...more.map(({ id }) => id));
        assert.equal(new Set(ids).size, ids.length, "none is announced twice");
        assert.equal(ids.length, 8);
      }));
  });
}

function claim(store: Store, now: number): Promise<ClaimedEmail | null> {
  return store.transaction((tx) => tx.claimNoticeEmail(now));
}

function due(store: Store, now: number): Promise<readonly ExpiringToken[]> {
  return store.transaction((tx) => tx.lockDueExpiryNotices(now, 10));
}
