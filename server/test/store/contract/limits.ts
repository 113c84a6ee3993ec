import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "../../../src/store/store.ts";
import { idsOf } from "./paging.ts";
import { addMember, addSession, present, T0 } from "./samples.ts";

const DAY_MS = 86_400_000;

export function describeLimits(store: () => Store): void {
  describe("bounds", { concurrency: true }, () => {
    test("a person's organizations count without the personal one, the deleted and those they left", async () => {
      const { user, organization, membership } = await addMember(store());
      const count = (): Promise<number> => store().reads.countToward("organizationsOfPerson", user.id, T0);
      assert.equal(await count(), 1);
      await store().transaction((tx) => tx.deleteOrganization(organization.id, T0, "owner"));
      assert.equal(await count(), 0);
      await store().transaction((tx) => tx.endMembership(membership.id, T0, "owner"));
      assert.equal(await count(), 0);
      assert.equal(await store().reads.countToward("membersOfOrganization", organization.id, T0), 0);
    });

    test("endSurplusSessions() ends and returns those seen longest ago, and silently closes the expired ones", async () => {
      const member = await addMember(store());
      const expiresAt = T0 + 30 * DAY_MS;
      const sessions = [];
      for (let seen = 0; seen < 4; seen++) {
        const session = await addSession(store(), member, { expiresAt });
        await store().transaction((tx) =>
          tx.touchSession(session.id, { at: T0 + 10 - seen, ip: null, userAgent: null }),
        );
        sessions.push(session);
      }
      const ranOut = await addSession(store(), member, { expiresAt: T0 + 5 });
      const idle = await addSession(store(), member, { createdAt: T0 - 20 * DAY_MS, expiresAt });
      const other = await addSession(store(), await addMember(store()), { expiresAt });
      const rule = { keep: 2, seenAfter: T0 - 14 * DAY_MS, at: T0 + 20 };
      const ended = await store().transaction((tx) => tx.endSurplusSessions(member.user.id, rule));
      assert.deepEqual(ended, idsOf(sessions.slice(2)));
      assert.deepEqual(await store().transaction((tx) => tx.endSurplusSessions(member.user.id, rule)), []);
      for (const { hash } of [...sessions.slice(2), ranOut, idle])
        assert.equal(await store().reads.findSession(hash), null);
      for (const { hash } of [...sessions.slice(0, 2), other]) present(await store().reads.findSession(hash));
      assert.equal(await store().reads.countToward("sessionsOfPerson", member.user.id, T0 + 20), 2);
    });

    test("findOpenSession() finds a session of this user that was not ended and has not expired", async () => {
      const member = await addMember(store());
      const session = await addSession(store(), member, { expiresAt: T0 + 5 });
      const find = (userId = member.user.id, now = T0) => store().reads.findOpenSession(userId, session.id, now);
      assert.equal((await find())?.id, session.id);
      assert.equal(await find((await addMember(store())).user.id), null);
      assert.equal(await find(member.user.id, T0 + 5), null);
      await store().transaction((tx) => tx.endSession(member.user.id, session.id, T0));
      assert.equal(await find(), null);
    });
  });
}
