import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DAY_MS, emailKey } from "@mintmark/core";
import type { DirectoryKey, DirectoryVersion, Store } from "../../../src/store/store.ts";
import { ALL, assertPages } from "./paging.ts";
import { addMember, addUser, join, newId, present, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

const USER: DirectoryKey = { kind: "user", externalId: "u1", memberExternalId: "" };
const MEMBER: DirectoryKey = { kind: "member", externalId: "o1", memberExternalId: "u1" };

const at = (key: DirectoryKey, version: number, deletedVersion: number | null = null): DirectoryVersion => ({
  ...key,
  version,
  deletedVersion,
});

export function describeDirectory(store: () => Store, open: OpenStore): void {
  const newSource = (): string => newId("user");

  describe("the directory of a source", { concurrency: true }, () => {
    test("the newest versions are found, each by source, kind and ids; a lock alone leaves none", async () => {
      const [source, other] = [newSource(), newSource()];
      await store().transaction(async (tx) => {
        assert.deepEqual(await tx.lockDirectoryVersions(source, [USER, MEMBER, USER], T0), []);
        await tx.saveDirectoryVersions(source, [at(USER, 3), at(USER, 4, 2)], T0);
        await tx.saveDirectoryVersions(other, [at(USER, 9)], T0);
      });
      const { reads } = store();
      assert.deepEqual(await reads.findDirectoryVersions(source, [USER, MEMBER]), [at(USER, 4, 2)]);
      assert.deepEqual(await reads.findDirectoryVersions(source, []), []);
      await store().transaction(async (tx) => {
        assert.deepEqual(await tx.lockDirectoryVersions(source, [MEMBER, USER], T0), [at(USER, 4, 2)]);
        await tx.markDirectoryDeletion(source, USER);
        await tx.markDirectoryDeletion(source, MEMBER);
      });
      assert.deepEqual(await reads.findDirectoryVersions(source, [USER, MEMBER]), [at(USER, 4, 4)]);
    });

    test("versions of things that are gone are pruned; those of present things are kept for as long again", () =>
      withStore(open, async (own) => {
        const source = newSource();
        const { user, organization } = await addMember(own, { user: { external: { source, id: "u1" } } });
        const external = { source, id: "o1" };
        const id = newId("organization");
        await own.transaction(async (tx) => {
          await tx.insertOrganization({ id, name: "Engines", personalOf: null, createdAt: T0, external });
          const membership = { organizationId: id, userId: user.id, role: "member", joinedAt: T0 };
          await tx.insertMembership({ id: newId("membership"), ...membership });
        });
        const gone: DirectoryKey = { kind: "user", externalId: "u2", memberExternalId: "" };
        const left: DirectoryKey = { kind: "member", externalId: "o1", memberExternalId: "u2" };
        const list: DirectoryKey = { kind: "members", externalId: "o1", memberExternalId: "" };
        const keys = [USER, MEMBER, gone, left, list];
        await own.transaction((tx) =>
          tx.saveDirectoryVersions(
            source,
            keys.map((key) => at(key, 1)),
            T0,
          ),
        );
        const prune = (limit: number): Promise<number> =>
          own.transaction((tx) => tx.pruneDirectoryVersions({ before: T0 + 1, now: T0 + 30 * DAY_MS, limit }));
        assert.equal(await prune(2), 2);
        assert.equal(await prune(10), 3);
        assert.equal(await prune(10), 0);
        const kept = await own.reads.findDirectoryVersions(source, keys);
        assert.deepEqual(kept.map(({ kind }) => kind).toSorted(), ["member", "members", "user"]);
        assert.ok(organization.id !== id);
      }));

    test("many are found by external id, and members by pairs, without those that have ended", async () => {
      const source = newSource();
      const users = [];
      for (const id of ["u1", "u2", "u3"]) users.push(await addUser(store(), { external: { source, id } }));
      const [first, second, third] = users.map(present);
      const { organization } = await addMember(store());
      await join(store(), organization.id, present(first));
      await store().transaction((tx) => tx.deleteUser(present(third).id, T0 + 1));
      const { reads } = store();
      const found = await reads.findUsersByExternalIds(source, ["u1", "u2", "u3", "u4"]);
      assert.deepEqual(new Set(found.map(({ externalId }) => externalId)), new Set(["u1", "u2"]));
      const pairs = [present(first), present(second)].map(({ id }) => ({
        organizationId: organization.id,
        userId: id,
      }));
      assert.deepEqual(
        (await reads.findMemberships(pairs)).map(({ userId }) => userId),
        [present(first).id],
      );
      const keys = [emailKey(present(first).email), "nobody@example.test"];
      assert.deepEqual(await reads.findAddressesInUse(keys), [keys[0]]);
      const counts = await reads.countOrganizationsOfUsers([present(first).id, present(second).id]);
      assert.deepEqual([...counts], [[present(first).id, 1]]);
      const members = await reads.listDirectoryMembers(source, organization.id, { limit: 10, after: null });
      assert.deepEqual(
        members.map(({ externalId }) => externalId),
        ["u1"],
      );
      await store().transaction(async (tx) => {
        const locked = await tx.lockUsers([present(second).id, present(first).id]);
        assert.deepEqual(locked.map(({ id }) => id).toSorted(), [present(first).id, present(second).id].toSorted());
        assert.deepEqual(
          (await tx.lockOrganizations([organization.id])).map(({ id }) => id),
          [organization.id],
        );
      });
    });

    test("users and organizations of a source are listed newest first, and searched", async () => {
      const source = newSource();
      for (const [index, name] of ["Ada", "Bob", "Adam"].entries()) {
        await addUser(store(), { name, createdAt: T0 + index, external: { source, id: name } });
        const organization = {
          id: newId("organization"),
          name: `${name} Ltd`,
          personalOf: null,
          createdAt: T0 + index,
        };
        await store().transaction((tx) => tx.insertOrganization({ ...organization, external: { source, id: name } }));
      }
      await addUser(store(), { name: "Adele" });
      const { reads } = store();
      const listUsers = (query: string | null) =>
        reads.listDirectoryUsers({ source, query }, ALL).then(({ items }) => items.map(({ name }) => name));
      assert.deepEqual(await listUsers(null), ["Adam", "Bob", "Ada"]);
      assert.deepEqual(await listUsers("ADA"), ["Adam", "Ada"]);
      const { items } = await reads.listDirectoryUsers({ source, query: null }, ALL);
      const dated = items.map(({ id, createdAt }) => ({ id, at: createdAt }));
      const addNewer = async (): Promise<void> =>
        void (await addUser(store(), { name: "Eve", createdAt: T0 + 9, external: { source, id: "Eve" } }));
      await assertPages((page) => reads.listDirectoryUsers({ source, query: null }, page), dated, addNewer);
      const organizations = await reads.listDirectoryOrganizations({ source, query: "bob" }, ALL);
      assert.deepEqual(
        organizations.items.map(({ externalId }) => externalId),
        ["Bob"],
      );
    });

    test("a suspension by the host and one from here end each for itself", async () => {
      const { user, organization } = await addMember(store());
      const key = "mgk_00000000000000000000000000000000";
      const state = async (): Promise<readonly (number | null)[]> => {
        const { suspendedAt, hostSuspendedAt } = present(await store().reads.findUser(user.id));
        return [suspendedAt, hostSuspendedAt];
      };
      const change = <T>(work: Parameters<Store["transaction"]>[0]) => store().transaction(work) as Promise<T>;
      await change((tx) => tx.holdUser(user.id, T0 + 1, key));
      assert.deepEqual(await state(), [T0 + 1, T0 + 1]);
      await change((tx) => tx.releaseUser(user.id));
      assert.deepEqual(await state(), [null, null]);
      await change((tx) => tx.holdUser(user.id, T0 + 1, key));
      assert.equal(await change((tx) => tx.suspendUser(user.id, T0 + 2, "admin")), true);
      assert.equal(await change((tx) => tx.suspendUser(user.id, T0 + 3, "another")), false);
      await change((tx) => tx.releaseUser(user.id));
      assert.deepEqual(await state(), [T0 + 1, null], "the one from here stays, since the first instant");
      await change((tx) => tx.holdUser(user.id, T0 + 4, key));
      await change((tx) => tx.releaseUser(user.id));
      assert.deepEqual(await state(), [T0 + 1, null]);

      const membership = present(await store().reads.findMembership(organization.id, user.id));
      await change((tx) => tx.suspendMembership(membership.id, T0 + 1, "owner"));
      await change((tx) => tx.holdMembership(membership.id, T0 + 2, key));
      await change((tx) => tx.releaseMembership(membership.id));
      const { suspendedAt, hostSuspendedAt } = present(await store().reads.findMembership(organization.id, user.id));
      assert.deepEqual([suspendedAt, hostSuspendedAt], [T0 + 1, null]);
    });

    test("the word of the host for an address is its own, and ends without a proof from here", async () => {
      const source = newSource();
      const user = await addUser(store(), { external: { source, id: "u1" } });
      const state = async (): Promise<readonly (number | null)[]> => {
        const { emailVerifiedAt, emailVouchedAt } = present(await store().reads.findUser(user.id));
        return [emailVerifiedAt, emailVouchedAt];
      };
      await store().transaction((tx) => tx.vouchForUserEmail(user.id, T0 + 1));
      assert.deepEqual(await state(), [T0 + 1, T0 + 1]);
      await store().transaction((tx) => tx.withdrawUserEmail(user.id));
      assert.deepEqual(await state(), [null, null]);
      await store().transaction((tx) => tx.verifyUserEmail(user.id, T0 + 2));
      await store().transaction((tx) => tx.vouchForUserEmail(user.id, T0 + 3));
      await store().transaction((tx) => tx.withdrawUserEmail(user.id));
      assert.deepEqual(await state(), [T0 + 2, null]);
      assert.equal(await store().transaction((tx) => tx.linkUser(user.id, { source, id: "u2" })), false);
      const local = await addUser(store());
      assert.equal(await store().transaction((tx) => tx.linkUser(local.id, { source, id: "u2" })), true);
      assert.equal(present(await store().reads.findUserByExternalId({ source, id: "u2" })).id, local.id);
    });
  });
}
