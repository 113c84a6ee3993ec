import type { OrganizationId } from "@mintmark/core";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Conflict, type MemberRecord, type Store } from "../../../src/store/store.ts";
import { ALL, assertPages, idsOf } from "./paging.ts";
import {
  addMember,
  addOrganization,
  addToken,
  addUser,
  join,
  type Member,
  newId,
  present,
  revocation,
  T0,
} from "./samples.ts";

const NOW = T0 + 100;

export function describeMemberships(store: () => Store): void {
  describe("memberships", { concurrency: true }, () => {
    test("a present membership is found by organization and user", async () => {
      const { organization, user } = await addMember(store(), { role: "admin", joinedAt: T0 + 4 });
      const found = present(await store().reads.findMembership(organization.id, user.id));
      assert.deepEqual(found, {
        id: found.id,
        organizationId: organization.id,
        userId: user.id,
        role: "admin",
        joinedAt: T0 + 4,
        suspendedAt: null,
        endedAt: null,
        hostSuspendedAt: null,
      });
      assert.equal(await store().reads.findMembership(organization.id, newId("user")), null);
    });

    test("a user is a member of an organization once", async () => {
      const { organization, user } = await addMember(store());
      await assert.rejects(
        join(store(), organization.id, user),
        (error) => error instanceof Conflict && error.rule === "active_membership",
      );
    });

    test("a person who left can join again, with a new membership; the old one stays ended", async () => {
      const { organization, user, membership } = await addMember(store());
      await store().transaction(async (tx) => {
        await tx.endMembership(membership.id, T0 + 1, "owner");
        await tx.endMembership(membership.id, T0 + 2, "owner");
      });
      assert.equal(await store().reads.findMembership(organization.id, user.id), null);
      const again = await join(store(), organization.id, user);
      assert.notEqual(again.id, membership.id);
      const token = await addToken(store(), { organization, user, membership });
      assert.equal(present(await store().reads.findToken(token.id)).membership.endedAt, T0 + 1);
    });

    test("role and suspension change; a suspension keeps its first instant", async () => {
      const { organization, user, membership } = await addMember(store());
      await store().transaction(async (tx) => {
        await tx.setMemberRole(membership.id, "viewer");
        await tx.suspendMembership(membership.id, T0 + 1, "owner");
        await tx.suspendMembership(membership.id, T0 + 2, "owner");
      });
      const suspended = { ...membership, role: "viewer", suspendedAt: T0 + 1 };
      assert.deepEqual(await store().reads.findMembership(organization.id, user.id), suspended);
      await store().transaction((tx) => tx.reinstateMembership(membership.id));
      assert.equal((await store().reads.findMembership(organization.id, user.id))?.suspendedAt, null);
    });

    test("a lock of a membership, or of a member, reads the locked row; none of an ended one or of another organization", async () => {
      const { organization, user, membership } = await addMember(store());
      const other = await addOrganization(store());
      const lock = (organizationId: OrganizationId) =>
        store().transaction(async (tx) => [
          await tx.lockMembership(organizationId, user.id),
          await tx.lockMember(organizationId, membership.id, NOW),
        ]);
      const member = await store().reads.findMember(organization.id, membership.id, NOW);
      assert.deepEqual(await lock(organization.id), [membership, member]);
      assert.deepEqual(await lock(other.id), [null, null]);
      await store().transaction((tx) => tx.endMembership(membership.id, T0 + 1, "owner"));
      assert.deepEqual(await lock(organization.id), [null, null]);
    });

    test("a member is found in their own organization, with user and active tokens", async () => {
      const member = await addMember(store());
      await addToken(store(), member);
      await addToken(store(), member, { expiresAt: NOW + 1 });
      await addToken(store(), member, { expiresAt: NOW });
      const revoked = await addToken(store(), member);
      await store().transaction((tx) => tx.revokeToken(revoked.id, revocation()));
      const { organization, membership, user } = member;
      const find = (id: typeof organization.id): Promise<MemberRecord | null> =>
        store().reads.findMember(id, membership.id, NOW);
      assert.deepEqual(await find(organization.id), { ...membership, user, tokenCount: 2 });
      assert.equal(await find((await addOrganization(store())).id), null);
      await store().transaction((tx) => tx.endMembership(membership.id, T0, "owner"));
      assert.equal(await find(organization.id), null);
    });

    test("present members are listed in pages that neither skip nor repeat", async () => {
      const organization = await addOrganization(store());
      const members: Member[] = [];
      for (const joinedAt of [T0 + 1, T0, T0 + 1, T0 + 2, T0 + 1]) {
        members.push(await addMember(store(), { organization, joinedAt }));
      }
      const gone = await addMember(store(), { organization });
      await store().transaction((tx) => tx.endMembership(gone.membership.id, T0, "owner"));
      await addMember(store());
      await assertPages(
        (page) => store().reads.listMembers(organization.id, { query: null, now: NOW }, page),
        members.map(({ membership }) => ({ id: membership.id, at: membership.joinedAt })),
        async () => void (await addMember(store(), { organization, joinedAt: T0 + 9 })),
      );
    });

    test("members are searched by a part of name or address", async () => {
      const organization = await addOrganization(store());
      const grace = await addMember(store(), { organization, user: { name: "Grace Hopper" } });
      await addMember(store(), { organization, user: { name: "Ada" } });
      const found = await store().reads.listMembers(organization.id, { query: "ce HOP", now: NOW }, ALL);
      assert.deepEqual(idsOf(found.items), [grace.membership.id]);
      const byId = await store().reads.listMembers(organization.id, { query: grace.user.id, now: NOW }, ALL);
      assert.deepEqual(idsOf(byId.items), [grace.membership.id]);
      const byEmail = await store().reads.listMembers(organization.id, { query: grace.user.email, now: NOW }, ALL);
      assert.deepEqual(idsOf(byEmail.items), [grace.membership.id]);
    });

    test("active owners are counted without suspended, ended and deleted ones", async () => {
      const organization = await addOrganization(store());
      const owners: Member[] = [];
      for (let index = 0; index < 5; index++) owners.push(await addMember(store(), { organization, role: "owner" }));
      await addMember(store(), { organization, role: "admin" });
      await addMember(store(), { role: "owner" });
      const [first, second, third, fourth] = owners as [Member, Member, Member, Member];
      assert.equal(await store().reads.countActiveOwners(organization.id), 5);
      await store().transaction(async (tx) => {
        await tx.suspendMembership(first.membership.id, T0, "admin");
        await tx.suspendUser(second.user.id, T0, "admin");
        await tx.endMembership(third.membership.id, T0, "admin");
        await tx.deleteUser(fourth.user.id, T0);
      });
      assert.equal(await store().reads.countActiveOwners(organization.id), 1);
    });

    test("endMembershipsOfOrganization() ends every membership there and none elsewhere", async () => {
      const member = await addMember(store());
      const colleague = await addMember(store(), { organization: member.organization });
      const elsewhere = await joinElsewhere(store(), member);
      await store().transaction((tx) => tx.deleteOrganization(member.organization.id, T0, "owner"));
      await store().transaction((tx) => tx.endMembershipsOfOrganization(member.organization.id, T0, "owner", 10));
      for (const { user } of [member, colleague]) {
        assert.equal(await store().reads.findMembership(member.organization.id, user.id), null);
      }
      assert.notEqual(await store().reads.findMembership(elsewhere, member.user.id), null);
    });

    test("a membership needs a user and an organization that exist", async () => {
      const user = await addUser(store());
      await assert.rejects(join(store(), newId("organization"), user));
    });
  });
}

async function joinElsewhere(store: Store, { user }: Member): Promise<Member["organization"]["id"]> {
  const { id } = await addOrganization(store);
  await join(store, id, user);
  return id;
}
