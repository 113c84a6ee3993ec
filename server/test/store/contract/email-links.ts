import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EmailLinkRecord, NewEmailLink, Store } from "../../../src/store/store.ts";
import { addUser, newHash, T0 } from "./samples.ts";

export function describeEmailLinks(store: () => Store): void {
  describe("links in emails", { concurrency: true }, () => {
    async function addLink(fields: Partial<NewEmailLink> = {}): Promise<NewEmailLink> {
      const user = await addUser(store());
      const link: NewEmailLink = {
        hash: newHash(),
        kind: "verify_email",
        userId: user.id,
        email: user.email,
        createdAt: T0,
        expiresAt: T0 + 1_000,
        issuedBy: null,
        ...fields,
      };
      await store().transaction((tx) => tx.insertEmailLink(link));
      return link;
    }
    const find = ({ kind, hash }: NewEmailLink): Promise<EmailLinkRecord | null> =>
      store().reads.findEmailLink(kind, hash);

    test("a link is found by its hash, only for its purpose", async () => {
      const link = await addLink();
      assert.deepEqual(await find(link), recordOf(link));
      assert.equal(await find({ ...link, kind: "reset_password" }), null);
      assert.equal(await find({ ...link, hash: newHash() }), null);
    });

    test("a link that was handed over says by whom", async () => {
      const maker = await addUser(store());
      for (const issuedBy of [maker.id, "host"] as const)
        assert.equal((await find(await addLink({ kind: "reset_password", issuedBy })))?.issuedBy, issuedBy);
    });

    test("a link is used once, and of two at once one wins", async () => {
      const link = await addLink();
      const use = (kind = link.kind): Promise<boolean> => store().transaction((tx) => tx.useEmailLink(kind, link.hash));
      assert.equal(await use("reset_password"), false);
      assert.deepEqual((await Promise.all([use(), use()])).sort(), [false, true]);
      assert.equal(await use(), false);
      assert.equal(await find(link), null);
    });

    test("ending a user's links of one kind leaves the other kind and other people's", async () => {
      const link = await addLink();
      const { userId } = link;
      const sibling = await addLink({ userId });
      const reset = await addLink({ userId, kind: "reset_password" });
      const other = await addLink();
      await store().transaction((tx) => tx.endEmailLinks("verify_email", userId));
      assert.deepEqual(await Promise.all([link, sibling, reset, other].map(find)), [
        null,
        null,
        recordOf(reset),
        recordOf(other),
      ]);
    });

    test("expired links are forgotten, the others kept", async () => {
      const link = await addLink();
      const live = await addLink({ userId: link.userId, expiresAt: T0 + 1_001 });
      await store().transaction((tx) => tx.forgetEmailLinks(link.userId, T0 + 1_000));
      assert.deepEqual([await find(link), await find(live)], [null, recordOf(live)]);
    });

    test("an address is proved once, until it changes or the account is deleted", async () => {
      const user = await addUser(store());
      const verifiedAt = async (): Promise<number | null | undefined> =>
        (await store().reads.findUser(user.id))?.emailVerifiedAt;
      const verify = (at: number): Promise<void> => store().transaction((tx) => tx.verifyUserEmail(user.id, at));
      await verify(T0 + 1);
      await verify(T0 + 2);
      assert.equal(await verifiedAt(), T0 + 1);
      const firstProof = async () => (await store().reads.findUser(user.id))?.addressProvedAt;
      await store().transaction((tx) => tx.setUserEmail(user.id, `changed-${user.email}`));
      assert.equal(await verifiedAt(), null);
      await verify(T0 + 2);
      // The instant of the first proof of any address is kept.
      assert.deepEqual([await verifiedAt(), await firstProof()], [T0 + 2, T0 + 1]);
      await store().transaction((tx) => tx.deleteUser(user.id, T0 + 3));
      await verify(T0 + 4);
      assert.equal(await verifiedAt(), null);
    });
  });
}

function recordOf({ kind, userId, email, createdAt, expiresAt, issuedBy }: NewEmailLink): EmailLinkRecord {
  return { kind, userId, email, createdAt, expiresAt, issuedBy };
}
