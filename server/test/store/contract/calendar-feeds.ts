import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CalendarFeedId, UserId } from "@mintmark/core";
import { Conflict, type Hash, type Store } from "../../../src/store/store.ts";
import { addApiKey, addMember, addToken, addUser, newHash, newId, revocation, T0 } from "./samples.ts";

export function describeCalendarFeeds(store: () => Store): void {
  describe("calendar feeds", { concurrency: true }, () => {
    test("a user has one feed at a time, found by its hash until it is revoked", async () => {
      const user = await addUser(store());
      const [hash, later] = [newHash(), newHash()];
      const id = await addFeed(store(), user.id, hash);
      const feed = { id, userId: user.id, createdAt: T0, lastReadAt: null };
      assert.deepEqual(await store().reads.findCalendarFeed(user.id), feed);
      assert.deepEqual(await store().reads.findCalendarFeedByHash(hash), { feed, user, entries: "{}" });
      await assert.rejects(addFeed(store(), user.id, later), Conflict);

      await store().transaction((tx) => tx.touchCalendarFeed(id, T0 + 4, '{"pat_1":1}'));
      await store().transaction((tx) => tx.touchCalendarFeed(id, T0 + 5));
      assert.equal((await store().reads.findCalendarFeedByHash(hash))?.entries, '{"pat_1":1}');
      assert.equal((await store().reads.findCalendarFeed(user.id))?.lastReadAt, T0 + 5);
      assert.equal(await store().transaction((tx) => tx.revokeCalendarFeed(user.id, T0 + 9)), id);
      assert.equal(await store().transaction((tx) => tx.revokeCalendarFeed(user.id, T0 + 9)), null);
      assert.equal(await store().reads.findCalendarFeedByHash(hash), null);
      assert.equal(await store().reads.findCalendarFeed(user.id), null);
      await addFeed(store(), user.id, later);
      assert.notEqual(await store().reads.findCalendarFeedByHash(later), null);
    });

    test("ends of tokens and keys: the active ones without a replacement, the next to expire first, no expiry last", async () => {
      const member = await addMember(store());
      const late = await addToken(store(), member, { name: "late", expiresAt: T0 + 20 });
      const soon = await addToken(store(), member, { name: "soon", expiresAt: T0 + 10 });
      await addToken(store(), member, { expiresAt: T0 });
      const endless = await addToken(store(), member);
      const replaced = await addToken(store(), member, { expiresAt: T0 + 5 });
      const successor = await addToken(store(), member, { expiresAt: T0 + 30, replaces: replaced.id });
      const revoked = await addToken(store(), member, { expiresAt: T0 + 10 });
      await store().transaction((tx) => tx.revokeToken(revoked.id, revocation()));
      const key = await addApiKey(store(), member, { expiresAt: T0 + 15 });
      const endlessKey = await addApiKey(store(), member);

      const { reads } = store();
      const tokens = await reads.listEndsOfTokens(member.user.id, T0, 10);
      assert.deepEqual(
        tokens.map(({ id }) => id),
        [soon.id, late.id, successor.id, endless.id],
      );
      assert.deepEqual(tokens[0], {
        id: soon.id,
        name: "soon",
        organizationName: member.organization.name,
        createdAt: T0,
        expiresAt: T0 + 10,
        lastUsedAt: null,
        policy: member.organization.policy,
      });
      await store().transaction((tx) => tx.revokeToken(successor.id, revocation()));
      assert.equal((await reads.listEndsOfTokens(member.user.id, T0, 1))[0]?.id, replaced.id);
      assert.equal((await reads.listEndsOfTokens(member.user.id, T0, 1)).length, 1);
      const keys = await reads.listEndsOfApiKeys([member.organization.id, newId("organization")], T0, 10);
      assert.deepEqual(
        keys.map(({ id }) => id),
        [key.id, endlessKey.id],
      );
      assert.deepEqual(await reads.listEndsOfApiKeys([], T0, 10), []);
    });
  });
}

async function addFeed(store: Store, userId: UserId, hash: Hash): Promise<CalendarFeedId> {
  const id = newId("calendarFeed");
  await store.transaction((tx) => tx.insertCalendarFeed({ id, userId, hash, createdAt: T0 }));
  return id;
}
