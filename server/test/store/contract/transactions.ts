import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Conflict, type Transaction, type Store } from "../../../src/store/store.ts";
import { addMember, addUser, newUser, present, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

export function describeTransactions(store: () => Store, open: OpenStore): void {
  describe("transactions", { concurrency: true }, () => {
    test("a transaction returns the result of its work, and its rows are there", async () => {
      const user = newUser();
      const answer = await store().transaction(async (tx) => {
        await tx.insertUser(user);
        return "done";
      });
      assert.equal(answer, "done");
      assert.equal((await store().reads.findUser(user.id))?.id, user.id);
    });

    test("a transaction sees its own rows; nobody else sees them before it is committed", async () => {
      const user = newUser();
      await store().transaction(async (tx) => {
        await tx.insertUser(user);
        assert.equal((await tx.findUser(user.id))?.id, user.id);
        assert.equal(await store().reads.findUser(user.id), null);
      });
      assert.notEqual(await store().reads.findUser(user.id), null);
    });

    test("nothing remains of a transaction whose work throws, and it throws the same error", async () => {
      const { user, membership, organization } = await addMember(store());
      const stranger = newUser();
      const failure = new Error("not today");
      const failed = store().transaction(async (tx) => {
        await tx.insertUser(stranger);
        await tx.setUserName(user.id, "Changed");
        await tx.endMembership(membership.id, T0, "owner");
        throw failure;
      });
      await assert.rejects(failed, failure);
      assert.equal(await store().reads.findUser(stranger.id), null);
      assert.deepEqual(await store().reads.findUser(user.id), user);
      assert.deepEqual(await store().reads.findMembership(organization.id, user.id), membership);
    });

    test("after a verb was refused the transaction cannot commit, even if its work continues", async () => {
      const { email } = await addUser(store());
      const other = newUser();
      const failed = store().transaction(async (tx) => {
        await tx.insertUser(other);
        await tx.insertUser(newUser({ email })).catch(() => {});
      });
      await assert.rejects(failed, Conflict);
      assert.equal(await store().reads.findUser(other.id), null);
      const stopped = store().transaction(async (tx) => {
        await tx.insertUser(newUser({ email })).catch(() => {});
        await assert.rejects(tx.findUser(other.id), Conflict);
      });
      await assert.rejects(stopped, Conflict);
    });

    test("a transaction cannot be used after it has ended", async () => {
      let kept: Transaction | undefined;
      await store().transaction(async (tx) => {
        kept = tx;
      });
      await assert.rejects(present(kept).findUser(newUser().id), /has ended/);
      await assert.rejects(present(kept).insertUser(newUser()), /has ended/);
    });

    test("simultaneous transactions are each complete", async () => {
      const user = await addUser(store(), { name: "0" });
      await Promise.all(
        Array.from({ length: 40 }, () =>
          store().transaction(async (tx) => {
            const { name } = present(await tx.lockUser(user.id));
            await tx.setUserName(user.id, String(Number(name) + 1));
          }),
        ),
      );
      assert.equal((await store().reads.findUser(user.id))?.name, "40");
    });

    test("a migrated store is ready, and migrating it again changes nothing", async () => {
      assert.equal(await store().whyNotReady(), null);
      assert.deepEqual(await store().migrate(), { applied: [] });
      assert.equal(await store().whyNotReady(), null);
    });

    test("a closed store is not ready, and closing it twice is no error", () =>
      withStore(open, async (store) => {
        await store.close();
        assert.notEqual(await store.whyNotReady(), null);
        await store.close();
      }));
  });
}
