import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type OrganizationId, SESSION_IDLE_MS } from "@mintmark/core";
import type { Store } from "../../../src/store/store.ts";
import { idsOf } from "./paging.ts";
import { addMember, addSession, join, type Member, newHash, newId, present, T0 } from "./samples.ts";

export function describeSessions(store: () => Store): void {
  describe("sessions", { concurrency: true }, () => {
    test("an open session is found by its hash, with its user", async () => {
      const member = await addMember(store());
      const { hash, ...session } = await addSession(store(), member, { ip: null });
      assert.deepEqual(await store().reads.findSession(hash), {
        session: { ...session, lastSeenAt: T0, endedAt: null, handOff: null },
        user: member.user,
      });
      assert.equal(await store().reads.findSession(newHash()), null);
    });

    test("a session is found whatever the state of its user; an ended one is not", async () => {
      const member = await addMember(store());
      const session = await addSession(store(), member);
      await store().transaction((tx) => tx.suspendUser(member.user.id, T0 + 1, "admin"));
      assert.equal(present(await store().reads.findSession(session.hash)).user.suspendedAt, T0 + 1);
      await store().transaction((tx) => tx.endSession(member.user.id, session.id, T0 + 2));
      assert.equal(await store().reads.findSession(session.hash), null);
    });

    test("a user's sessions are listed newest first, without ended and expired ones", async () => {
      const member = await addMember(store());
      const old = await addSession(store(), member, { createdAt: T0 - 5, expiresAt: T0 + 2 });
      const recent = await addSession(store(), member, { createdAt: T0, expiresAt: T0 + 2 });
      await addSession(store(), member, { expiresAt: T0 + 1 });
      const ended = await addSession(store(), member, { expiresAt: T0 + 2 });
      await store().transaction((tx) => tx.endSession(member.user.id, ended.id, T0));
      assert.deepEqual(idsOf(await store().reads.listSessions(member.user.id, T0 + 1)), [recent.id, old.id]);
    });

    test("a session's organization, last password and last use can be changed", async () => {
      const member = await addMember(store());
      const other = await addMember(store());
      const session = await addSession(store(), member);
      await store().transaction(async (tx) => {
        await tx.setSessionOrganization(session.id, other.organization.id);
        await tx.setSessionAuthenticated(session.id, T0 + 7);
        await tx.touchSession(session.id, { at: T0 + 8, ip: "198.51.100.7", userAgent: null });
      });
      const changed = present(await store().reads.findSession(session.hash)).session;
      assert.equal(changed.organizationId, other.organization.id);
      assert.equal(changed.authenticatedAt, T0 + 7);
      assert.deepEqual([changed.lastSeenAt, changed.ip, changed.userAgent], [T0 + 8, "198.51.100.7", null]);
      assert.equal(changed.createdAt, T0);
    });

    test("endSession() ends an open session of this user once, and nobody else's", async () => {
      const member = await addMember(store());
      const session = await addSession(store(), member);
      const end = (user: Member): Promise<boolean> =>
        store().transaction((tx) => tx.endSession(user.user.id, session.id, T0 + 1));
      assert.equal(await end(await addMember(store())), false);
      assert.equal(await end(member), true);
      assert.equal(await end(member), false);
    });

    test("endSessionsOfUser() ends all open sessions except the given one and counts the usable ones", async () => {
      const member = await addMember(store());
      const other = await addSession(store(), await addMember(store()));
      const [kept, ...ended] = [
        await addSession(store(), member),
        await addSession(store(), member),
        await addSession(store(), member),
        await addSession(store(), member, { expiresAt: T0 + 1 }),
        await addSession(store(), member, { createdAt: T0 + 1 - SESSION_IDLE_MS }),
      ];
      const end = (except: typeof kept.id | null): Promise<number> =>
        store().transaction((tx) => tx.endSessionsOfUser(member.user.id, except, T0 + 1));
      assert.equal(await end(kept.id), 2);
      assert.notEqual(await store().reads.findSession(kept.hash), null);
      for (const session of ended) assert.equal(await store().reads.findSession(session.hash), null);
      assert.equal(await end(null), 1);
      assert.equal(await end(null), 0);
      assert.notEqual(await store().reads.findSession(other.hash), null);
    });

    test("moveSessions() moves this user's sessions in that organization alone", async () => {
      const member = await addMember(store());
      const colleague = await addMember(store(), { organization: member.organization });
      const target = await addMember(store());
      await join(store(), target.organization.id, member.user);
      const moved = await addSession(store(), member);
      const elsewhere = await addSession(store(), member, { organizationId: target.organization.id });
      const others = await addSession(store(), colleague);
      await store().transaction((tx) =>
        tx.moveSessions(member.user.id, { from: member.organization.id, to: target.organization.id, at: T0 }),
      );
      assert.equal(await activeIn(store(), moved.hash), target.organization.id);
      assert.equal(await activeIn(store(), elsewhere.hash), target.organization.id);
      assert.equal(await activeIn(store(), others.hash), member.organization.id);
    });

    test("moveSessionsOfOrganization() moves every session there to its own user's personal organization, or none without one", async () => {
      const ada = await addMember(store());
      const grace = await addMember(store(), { organization: ada.organization });
      const elsewhere = await addSession(store(), await addMember(store()));
      const host = await addMember(store(), { organization: ada.organization });
      const sessions = [
        await addSession(store(), ada),
        await addSession(store(), grace),
        await addSession(store(), host),
      ];
      const personal = [await addPersonal(store(), ada), await addPersonal(store(), grace), null];
      const move = (limit: number) =>
        store().transaction((tx) => tx.moveSessionsOfOrganization(ada.organization.id, limit));
      assert.deepEqual([await move(1), await move(10), await move(10)], [1, 2, 0]);
      assert.deepEqual(await Promise.all(sessions.map(({ hash }) => activeIn(store(), hash))), personal);
      assert.equal(await activeIn(store(), elsewhere.hash), elsewhere.organizationId);
    });
  });
}

async function activeIn(store: Store, hash: Uint8Array): Promise<OrganizationId | null> {
  return present(await store.reads.findSession(hash)).session.organizationId;
}

async function addPersonal(store: Store, { user }: Member): Promise<OrganizationId> {
  const id = newId("organization");
  await store.transaction((tx) => tx.insertOrganization({ id, name: user.name, personalOf: user.id, createdAt: T0 }));
  return id;
}
