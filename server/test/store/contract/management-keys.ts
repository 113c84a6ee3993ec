import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { MANAGEMENT_SCOPES } from "@mintmark/core";
import type { NewManagementKey, Store } from "../../../src/store/store.ts";
import { assertPages } from "./paging.ts";
import { newHash, newId, present, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

const BY = { kind: "system", id: "host", name: "The operator" } as const;

export function describeManagementKeys(store: () => Store, open: OpenStore): void {
  describe("management keys", { concurrency: true }, () => {
    const find = (key: NewManagementKey) => store().reads.findManagementKey(key.id).then(present);
    const revoke = (key: NewManagementKey, reason: "admin" | "leaked" | "undeclared", at = T0 + 1): Promise<boolean> =>
      store().transaction((tx) => tx.revokeManagementKey(key.id, { at, by: BY, reason }));

    test("a key is found by id and by its hash, with everything it was made with", async () => {
      const key = await addKey(store(), { scopes: ["events:read"], networks: ["203.0.113.0/24"], expiresAt: T0 + 9 });
      const { hash, ...fields } = key;
      const expected = { ...fields, revokedAt: null, revokedReason: null, lastUsedAt: null, lastUsedIp: null };
      assert.deepEqual(await store().reads.findManagementKeyByHash(hash), expected);
      assert.deepEqual(await find(key), expected);
      assert.equal(await store().reads.findManagementKeyByHash(newHash()), null);
      assert.equal(await store().reads.findManagementKey(newId("managementKey")), null);
    });

    test("a key is revoked once and is still found; only another reason replaces `undeclared`", async () => {
      const key = await addKey(store());
      assert.equal(await revoke(key, "undeclared"), true);
      assert.equal(await revoke(key, "undeclared", T0 + 2), false);
      assert.equal(await revoke(key, "leaked", T0 + 3), true);
      assert.equal(await revoke(key, "admin", T0 + 4), false);
      const { revokedAt, revokedReason } = present(await store().reads.findManagementKeyByHash(key.hash));
      assert.deepEqual([revokedAt, revokedReason], [T0 + 3, "leaked"]);
    });

    test("only a key that was undeclared is revived", async () => {
      const revive = (key: NewManagementKey): Promise<boolean> =>
        store().transaction((tx) => tx.reviveManagementKey(key.id));
      const [undeclared, leaked, active] = [await addKey(store()), await addKey(store()), await addKey(store())];
      await revoke(undeclared, "undeclared");
      await revoke(leaked, "leaked");
      assert.deepEqual([await revive(undeclared), await revive(leaked), await revive(active)], [true, false, false]);
      assert.equal((await find(undeclared)).revokedAt, null);
      assert.equal((await find(leaked)).revokedReason, "leaked");
    });

    test("the active keys of a source are counted, without expired and revoked ones", async () => {
      const source = `s-${randomUUID().slice(0, 8)}`;
      await addKey(store(), { source });
      await addKey(store(), { source, expiresAt: T0 + 5 });
      await revoke(await addKey(store(), { source }), "admin");
      const count = (now: number): Promise<number> => store().reads.countActiveManagementKeys(source, now);
      assert.deepEqual([await count(T0 + 4), await count(T0 + 5)], [2, 1]);
    });

    test("the latest use is kept with its address, in whichever order the uses arrive", async () => {
      const key = await addKey(store());
      for (const [at, ip] of [
        [T0 + 1, "203.0.113.1"],
        [T0 + 3, "203.0.113.3"],
        [T0 + 2, "203.0.113.2"],
      ] as const)
        await store().transaction((tx) => tx.noteManagementKeyUse(key.id, { at, ip }));
      const { lastUsedAt, lastUsedIp } = await find(key);
      assert.deepEqual([lastUsedAt, lastUsedIp], [T0 + 3, "203.0.113.3"]);
    });

    test("an active key is renamed; a revoked one keeps its name", async () => {
      const key = await addKey(store());
      const rename = (name: string): Promise<void> => store().transaction((tx) => tx.renameManagementKey(key.id, name));
      await rename("renamed");
      await revoke(key, "admin");
      await rename("too late");
      assert.equal((await find(key)).name, "renamed");
    });

    test("keys are listed, ended ones too, in pages that neither skip nor repeat; declared ones also by themselves", () =>
      withStore(open, async (store) => {
        const keys: NewManagementKey[] = [];
        for (const createdAt of [T0, T0 + 1, T0 + 1, T0 + 1])
          keys.push(await addKey(store, { createdAt, isDeclared: createdAt === T0 }));
        const [declared, other] = [present(keys[0]), present(keys[1])];
        await store.transaction((tx) => tx.revokeManagementKey(other.id, { at: T0 + 2, by: BY, reason: "admin" }));
        await assertPages(
          (page) => store.reads.listManagementKeys(page),
          keys.map((key) => ({ id: key.id, at: key.createdAt })),
          async () => void (await addKey(store, { createdAt: T0 + 9 })),
        );
        const listed = await store.reads.listDeclaredManagementKeys();
        assert.deepEqual(
          listed.map(({ id }) => id),
          [declared.id],
        );
      }));
  });
}

async function addKey(store: Store, fields: Partial<NewManagementKey> = {}): Promise<NewManagementKey> {
  const key: NewManagementKey = {
    id: newId("managementKey"),
    hash: newHash(),
    prefix: "mm_mgt_0a1",
    name: "shop",
    source: "host",
    scopes: MANAGEMENT_SCOPES,
    networks: [],
    isDeclared: false,
    createdAt: T0,
    createdBy: BY,
    expiresAt: null,
    ...fields,
  };
  await store.transaction((tx) => tx.insertManagementKey(key));
  return key;
}
