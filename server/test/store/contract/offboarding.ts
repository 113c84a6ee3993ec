import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SESSION_IDLE_MS } from "@mintmark/core";
import type { Store } from "../../../src/store/store.ts";
import { ALL, idsOf } from "./paging.ts";
import {
  addApiKey,
  addMember,
  addSession,
  addToken,
  join,
  newEvent,
  newId,
  NO_HOST_IDS,
  revocation,
  T0,
} from "./samples.ts";

export function describeOffboarding(store: () => Store): void {
  describe("the things that depend on a membership", { concurrency: true }, () => {
    test("the preview lists the tokens that its end revokes, newest first, and counts those beyond the limit", async () => {
      const member = await addMember(store());
      const other = await addMember(store(), { organization: member.organization });
      const tokens = [
        await addToken(store(), member, { createdAt: T0 }),
        await addToken(store(), member, { createdAt: T0 + 2, expiresAt: T0 + 3 }),
        await addToken(store(), member, { createdAt: T0 + 1 }),
      ];
      const [oldest, newest, middle] = idsOf(tokens);
      const dead = await addToken(store(), member);
      await addToken(store(), other);
      await store().transaction((tx) => tx.revokeToken(dead.id, revocation()));
      const list = (limit: number, unexpiredAt: number | null = null) =>
        store().reads.listUnrevokedTokensOfMembership(member.membership.id, { limit, unexpiredAt });
      const all = await list(10);
      assert.deepEqual([idsOf(all.items), all.count], [[newest, middle, oldest], 3]);
      const cut = await list(2);
      assert.deepEqual([idsOf(cut.items), cut.count], [[newest, middle], 3]);
      const unexpired = await list(1, T0 + 3);
      assert.deepEqual([idsOf(unexpired.items), unexpired.count], [[middle], 2]);
      const { revoked } = await store().transaction(async (tx) => {
        const { id } = member.membership;
        await tx.endMembership(id, T0 + 9, "owner");
        return tx.revokeEndedTokens({ kind: "membership", id }, revocation({ reason: "member_removed" }), ALL);
      });
      assert.deepEqual(new Set(idsOf(revoked)), new Set(idsOf(all.items)));
      assert.equal((await list(10)).count, 0);
    });

    test("its end counts no token that an earlier revocation of all its tokens has already ended", async () => {
      const member = await addMember(store());
      const { id } = member.membership;
      await addToken(store(), member);
      await store().transaction((tx) => tx.raiseTokenGeneration(id));
      await addToken(store(), member);
      const listed = await store().reads.listUnrevokedTokensOfMembership(id, { limit: 9, unexpiredAt: null });
      assert.deepEqual([listed.count, await store().reads.countUnrevokedTokens({ kind: "membership", id }, 9)], [1, 1]);
    });

    test("the keys that outlive it are neither revoked nor expired, those created by the person first", async () => {
      const member = await addMember(store());
      const other = await addMember(store(), { organization: member.organization });
      const own = await addApiKey(store(), member, { createdAt: T0 });
      const foreign = await addApiKey(store(), other, { createdAt: T0 + 1, expiresAt: T0 + 500 });
      const dead = await addApiKey(store(), member, { createdAt: T0 + 2 });
      await addApiKey(store(), member, { createdAt: T0 + 3, expiresAt: T0 + 100 });
      await addApiKey(store(), await addMember(store()));
      await store().transaction((tx) => tx.revokeApiKey(dead.id, revocation()));
      const list = (limit: number) =>
        store().reads.listLiveApiKeys(member.organization.id, member.user.id, T0 + 100, limit);
      const all = await list(10);
      assert.deepEqual([idsOf(all.items), all.count, all.countOfCreator], [[own.id, foreign.id], 2, 1]);
      const cut = await list(1);
      assert.deepEqual([idsOf(cut.items), cut.count], [[own.id], 2]);
      const empty = await store().reads.listLiveApiKeys(newId("organization"), member.user.id, T0, 10);
      assert.deepEqual([empty.count, empty.countOfCreator], [0, 0]);
    });

    test("the sessions that it moves are counted by the condition of the preview, and all of them move", async () => {
      const member = await addMember(store());
      const elsewhere = await addMember(store());
      await join(store(), elsewhere.organization.id, member.user);
      await addSession(store(), member, { expiresAt: T0 + 10 });
      const expired = await addSession(store(), member, { expiresAt: T0 + 1 });
      await addSession(store(), member, { createdAt: T0 + 1 - SESSION_IDLE_MS });
      await addSession(store(), member, { organizationId: elsewhere.organization.id });
      const count = () => store().reads.countSessionsIn(member.user.id, member.organization.id, T0 + 1);
      assert.equal(await count(), 1);
      const move = () =>
        store().transaction((tx) =>
          tx.moveSessions(member.user.id, {
            from: member.organization.id,
            to: elsewhere.organization.id,
            at: T0 + 1,
          }),
        );
      assert.deepEqual([await move(), await move(), await count()], [1, 0, 0]);
      const found = await store().reads.findSession(expired.hash);
      assert.equal(found?.session.organizationId, elsewhere.organization.id);
    });

    test("an event is found in its own organization alone", async () => {
      const member = await addMember(store());
      const event = newEvent({ organizationId: member.organization.id, details: { role: "member" } });
      await store().transaction((tx) => tx.insertAuditEvents([event]));
      assert.deepEqual(await store().reads.findAuditEvent(member.organization.id, event.id), {
        ...event,
        hostIds: NO_HOST_IDS,
      });
      assert.equal(await store().reads.findAuditEvent(newId("organization"), event.id), null);
      assert.equal(await store().reads.findAuditEvent(member.organization.id, newId("auditEvent")), null);
    });
  });
}
