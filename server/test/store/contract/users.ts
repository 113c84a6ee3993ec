import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Conflict, type Store } from "../../../src/store/store.ts";
import { ALL, assertPages, idsOf } from "./paging.ts";
import { addUser, newId, newUser, present, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

const isEmailConflict = (error: unknown): boolean => error instanceof Conflict && error.rule === "user_email";

export function describeUsers(store: () => Store, open: OpenStore): void {
  describe("users", { concurrency: true }, () => {
    test("a user is found by id and by every spelling of the address", async () => {
      const user = newUser({
        email: "Grace.Hopper@Example.test",
        name: "Grace",
        createdAt: T0 + 3,
        instanceAdminAt: T0,
      });
      await store().transaction((tx) => tx.insertUser(user));
      const expected = {
        id: user.id,
        name: "Grace",
        email: "Grace.Hopper@Example.test",
        emailVerifiedAt: null,
        addressProvedAt: null,
        instanceAdminAt: T0,
        createdAt: T0 + 3,
        suspendedAt: null,
        deletedAt: null,
        externalId: null,
        externalSource: null,
        emailVouchedAt: null,
        hostSuspendedAt: null,
      };
      assert.deepEqual(await store().reads.findUser(user.id), expected);
      assert.deepEqual(await store().reads.findUserByEmail("grace.hopper@EXAMPLE.test"), expected);
      assert.equal(await store().reads.findPasswordHash(user.id), user.passwordHash);
      assert.equal(await store().reads.findUser(newUser().id), null);
      assert.equal(await store().reads.findUserByEmail("nobody@example.test"), null);
      assert.equal(await store().reads.findPasswordHash(newUser().id), null);
    });

    test("two users cannot have one address, however it is spelled", async () => {
      const { email } = await addUser(store());
      const other = newUser({ email: email.toUpperCase() });
      await assert.rejects(
        store().transaction((tx) => tx.insertUser(other)),
        isEmailConflict,
      );
      assert.equal(await store().reads.findUser(other.id), null);
    });

    test("a user of a source is found by its id there, which no other user of that source has", async () => {
      const external = { source: "host", id: newId("user") };
      const user = await addUser(store(), { external, passwordHash: null });
      assert.deepEqual([user.externalSource, user.externalId], [external.source, external.id]);
      assert.deepEqual(await store().reads.findUserByExternalId(external), user);
      assert.equal(await store().reads.findUserByExternalId({ source: "host", id: external.id.toUpperCase() }), null);
      assert.equal(await store().reads.findUserByExternalId({ source: "idp", id: external.id }), null);
      await assert.rejects(
        addUser(store(), { external }),
        (error: unknown) => error instanceof Conflict && error.rule === "user_external_id",
      );
      const elsewhere = await addUser(store(), { external: { source: "idp", id: external.id } });
      assert.equal(
        present(await store().reads.findUserByExternalId({ source: "idp", id: external.id })).id,
        elsewhere.id,
      );
    });

    test("a deleted user keeps its external id and frees it", async () => {
      const external = { source: "host", id: newId("user") };
      const user = await addUser(store(), { external });
      await store().transaction((tx) => tx.deleteUser(user.id, T0 + 1));
      assert.equal(await store().reads.findUserByExternalId(external), null);
      assert.equal(present(await store().reads.findUser(user.id)).externalId, external.id);
      const successor = await addUser(store(), { external });
      assert.equal(present(await store().reads.findUserByExternalId(external)).id, successor.id);
    });

    test("an address cannot be changed to that of another user", async () => {
      const { email } = await addUser(store());
      const user = await addUser(store());
      await assert.rejects(
        store().transaction((tx) => tx.setUserEmail(user.id, email.toUpperCase())),
        isEmailConflict,
      );
      assert.equal(present(await store().reads.findUser(user.id)).email, user.email);
    });

    test("name, address and password can be changed", async () => {
      const user = await addUser(store());
      const email = `changed-${user.email}`;
      await store().transaction(async (tx) => {
        await tx.setUserName(user.id, "Countess");
        await tx.setUserEmail(user.id, email);
        await tx.setPasswordHash(user.id, "$argon2id$changed");
      });
      const changed = present(await store().reads.findUserByEmail(email));
      assert.deepEqual(changed, { ...user, name: "Countess", email });
      assert.equal(await store().reads.findPasswordHash(user.id), "$argon2id$changed");
      assert.equal(await store().reads.findUserByEmail(user.email), null);
    });

    test("a suspension keeps its first instant until the user is reinstated", async () => {
      const user = await addUser(store());
      await store().transaction(async (tx) => {
        await tx.suspendUser(user.id, T0 + 1, "admin");
        await tx.suspendUser(user.id, T0 + 2, "admin");
      });
      assert.equal(present(await store().reads.findUser(user.id)).suspendedAt, T0 + 1);
      await store().transaction((tx) => tx.reinstateUser(user.id));
      assert.equal(present(await store().reads.findUser(user.id)).suspendedAt, null);
    });

    test("a deleted user stays without name, address and password, and frees the address", async () => {
      const user = await addUser(store());
      await store().transaction(async (tx) => {
        await tx.deleteUser(user.id, T0 + 1);
        await tx.deleteUser(user.id, T0 + 2);
      });
      assert.deepEqual(await store().reads.findUser(user.id), { ...user, name: "", email: "", deletedAt: T0 + 1 });
      assert.equal(await store().reads.findPasswordHash(user.id), null);
      assert.equal(await store().reads.findUserByEmail(user.email), null);
      const successor = await addUser(store(), { email: user.email });
      assert.equal(present(await store().reads.findUserByEmail(user.email)).id, successor.id);
    });

    test("a change after the deletion does not restore a user", async () => {
      const user = await addUser(store());
      await store().transaction(async (tx) => {
        await tx.deleteUser(user.id, T0 + 1);
        await tx.setUserName(user.id, "Ghost");
        await tx.setUserEmail(user.id, user.email);
        await tx.setPasswordHash(user.id, "$argon2id$ghost");
      });
      assert.equal(present(await store().reads.findUser(user.id)).name, "");
      assert.equal(await store().reads.findPasswordHash(user.id), null);
      assert.equal(await store().reads.findUserByEmail(user.email), null);
    });

    test("lockUser() returns the user, or null for an unknown one", async () => {
      const user = await addUser(store());
      await store().transaction(async (tx) => {
        assert.deepEqual(await tx.lockUser(user.id), user);
        assert.equal(await tx.lockUser(newUser().id), null);
      });
    });

    test("a search finds a part of name or address, ignores case and takes % and _ literally", () =>
      withStore(open, async (store) => {
        const oe = await addUser(store, { name: "Åsa ÖSTRÖM", email: "asa@example.test" });
        const percent = await addUser(store, { name: "100% Real_Name", email: "real@example.test" });
        const found = async (query: string): Promise<string[]> =>
          idsOf((await store.reads.listUsers({ query }, ALL)).items).sort();
        assert.deepEqual(await found("öström"), [oe.id]);
        assert.deepEqual(await found("ASA@EX"), [oe.id]);
        assert.deepEqual(await found("0% r"), [percent.id]);
        assert.deepEqual(await found("l_n"), [percent.id]);
        assert.deepEqual(await found("a_a"), []);
        assert.deepEqual(await found("1%r"), []);
        assert.deepEqual(await found("\\"), []);
        assert.deepEqual(await found("example.test"), [oe.id, percent.id].sort());
      }));

    test("users that are not deleted are listed in pages that neither skip nor repeat", () =>
      withStore(open, async (store) => {
        const users = [];
        for (const at of [T0 + 2, T0, T0 + 2, T0 + 1, T0 + 2]) users.push(await addUser(store, { createdAt: at }));
        const gone = await addUser(store, { createdAt: T0 + 2 });
        await store.transaction((tx) => tx.deleteUser(gone.id, T0 + 3));
        await assertPages(
          (page) => store.reads.listUsers({ query: null }, page),
          users.map((user) => ({ id: user.id, at: user.createdAt })),
          async () => void (await addUser(store, { createdAt: T0 + 9 })),
        );
      }));

    test("instance admins are counted without the suspended and the deleted", () =>
      withStore(open, async (store) => {
        const [first, second] = [
          await addUser(store, { instanceAdminAt: T0 }),
          await addUser(store, { instanceAdminAt: T0 }),
        ];
        await addUser(store);
        const count = (): Promise<number> => store.transaction((tx) => tx.countInstanceAdmins());
        assert.equal(await count(), 2);
        await store.transaction((tx) => tx.suspendUser(first.id, T0, "admin"));
        assert.equal(await count(), 1);
        await store.transaction((tx) => tx.deleteUser(second.id, T0));
        assert.equal(await count(), 0);
      }));
  });
}
