import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { Conflict, type NewServiceKey, type Store, type UserRecord } from "../../../src/store/store.ts";
import { assertPages } from "./paging.ts";
import { addUser, newHash, newId, present, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

type NewService = Parameters<Parameters<Parameters<Store["transaction"]>[0]>[0]["insertService"]>[0];

export function describeServices(store: () => Store, open: OpenStore): void {
  describe("services", { concurrency: true }, () => {
    test("a service is found by id with its creator and its keys, and by the hash of a key", async () => {
      const creator = await addUser(store(), { name: "Grace" });
      const service = await addService(store(), creator);
      const { id, name, key } = service;
      const { prefix, createdAt, expiresAt } = key;
      assert.deepEqual(await store().reads.findServiceByHash(key.hash), {
        id,
        name,
        key: { id: key.id, expiresAt, lastUsedAt: null },
      });
      assert.deepEqual(await store().reads.findService(id), {
        id,
        name,
        createdAt,
        createdBy: { id: creator.id, name: "Grace" },
        revokedAt: null,
        keys: [{ id: key.id, prefix, createdAt, expiresAt, lastUsedAt: null }],
        lastUsedAt: null,
      });
      assert.equal(await store().reads.findServiceByHash(newHash()), null);
      assert.equal(await store().reads.findService(newId("service")), null);
    });

    test("two active services cannot have one name; a revoked one frees it", async () => {
      const creator = await addUser(store());
      const service = await addService(store(), creator);
      await assert.rejects(
        addService(store(), creator, { name: service.name }),
        (error) => error instanceof Conflict && error.rule === "service_name",
      );
      await store().transaction((tx) => tx.revokeService(service.id, T0, creator.id));
      await addService(store(), creator, { name: service.name });
    });

    test("an active service is renamed, but not to the name of another; a revoked one keeps its name", async () => {
      const creator = await addUser(store());
      const [service, other] = [await addService(store(), creator), await addService(store(), creator)];
      const rename = (name: string): Promise<void> => store().transaction((tx) => tx.renameService(service.id, name));
      const nameNow = async (): Promise<string> => present(await store().reads.findService(service.id)).name;
      const renamed = `renamed ${randomUUID()}`;
      await rename(renamed);
      assert.equal(await nameNow(), renamed);
      await assert.rejects(rename(other.name), (error) => error instanceof Conflict && error.rule === "service_name");
      await store().transaction((tx) => tx.revokeService(service.id, T0, creator.id));
      await rename("too late");
      assert.equal(await nameNow(), renamed);
    });

    test("the latest use of a service is kept, in whichever order the uses arrive", async () => {
      const service = await addService(store(), await addUser(store()));
      const other = await addService(store(), await addUser(store()));
      const lastUse = async (id: typeof service.id): Promise<number | null> => {
        const { lastUsedAt, keys } = present(await store().reads.findService(id));
        assert.equal(keys[0]?.lastUsedAt, lastUsedAt);
        return lastUsedAt;
      };
      for (const at of [T0 + 1, T0 + 3, T0 + 2])
        await store().transaction((tx) => tx.noteServiceUse(service.key.id, at));
      assert.deepEqual([await lastUse(service.id), await lastUse(other.id)], [T0 + 3, null]);
    });

    test("a service is revoked once; then its key finds nothing, and its id still finds it", async () => {
      const creator = await addUser(store());
      const service = await addService(store(), creator);
      const revoke = (id: typeof service.id, at: number): Promise<boolean> =>
        store().transaction((tx) => tx.revokeService(id, at, creator.id));
      assert.equal(await revoke(newId("service"), T0), false);
      assert.equal(await revoke(service.id, T0 + 1), true);
      assert.equal(await revoke(service.id, T0 + 2), false);
      assert.equal(await store().reads.findServiceByHash(service.key.hash), null);
      assert.equal(present(await store().reads.findService(service.id)).revokedAt, T0 + 1);
    });

    test("one key of a service is revoked, once, and the other still finds the service", async () => {
      const creator = await addUser(store());
      const service = await addService(store(), creator);
      const next = keyOf(creator, { createdAt: T0 + 1, expiresAt: T0 + 9 });
      await store().transaction((tx) => tx.insertServiceKey(service.id, next));
      const keysNow = async () => present(await store().reads.findService(service.id)).keys.map(({ id }) => id);
      assert.deepEqual(await keysNow(), [next.id, service.key.id]);
      const revoke = (at: number) =>
        store().transaction((tx) =>
          tx.revokeServiceKey(service.id, service.key.id, { at, by: creator.id, blank: newHash() }),
        );
      const { prefix } = service.key;
      assert.deepEqual(await revoke(T0 + 2), { at: T0 + 2, isFirst: true, prefix });
      assert.deepEqual(await revoke(T0 + 3), { at: T0 + 2, isFirst: false, prefix });
      assert.equal(await store().reads.findServiceByHash(service.key.hash), null);
      assert.equal(present(await store().reads.findServiceByHash(next.hash)).key.id, next.id);
      const other = await addService(store(), creator);
      const blank = newHash();
      const wrong = await store().transaction((tx) =>
        tx.revokeServiceKey(other.id, next.id, { at: T0 + 4, by: creator.id, blank }),
      );
      assert.equal(wrong, null);
      await store().transaction((tx) => tx.revokeExpiredServiceKeys(service.id, { at: T0 + 8, by: creator.id }));
      assert.deepEqual(await keysNow(), [next.id]);
      await store().transaction((tx) => tx.revokeExpiredServiceKeys(service.id, { at: T0 + 9, by: creator.id }));
      assert.deepEqual(await keysNow(), []);
    });

    test("services are listed, revoked ones too, in pages that neither skip nor repeat", () =>
      withStore(open, async (store) => {
        const creator = await addUser(store);
        const services: NewService[] = [];
        for (const at of [T0, T0 + 1, T0 + 1, T0 + 1]) {
          services.push(await addService(store, creator, {}, { createdAt: at }));
        }
        await store.transaction((tx) => tx.revokeService(present(services[1]).id, T0 + 2, creator.id));
        await assertPages(
          (page) => store.reads.listServices(page),
          services.map((service) => ({ id: service.id, at: service.key.createdAt })),
          async () => void (await addService(store, creator, {}, { createdAt: T0 + 9 })),
        );
      }));
  });
}

function keyOf(creator: UserRecord, fields: Partial<NewServiceKey> = {}): NewServiceKey {
  return {
    id: newId("serviceKey"),
    hash: newHash(),
    prefix: "mm_svc_0a1",
    createdAt: T0,
    createdBy: creator.id,
    expiresAt: null,
    ...fields,
  };
}

async function addService(
  store: Store,
  creator: UserRecord,
  fields: Partial<NewService> = {},
  keyFields: Partial<NewServiceKey> = {},
): Promise<NewService> {
  const key = keyOf(creator, keyFields);
  const service: NewService = { id: newId("service"), name: `scanner ${randomUUID()}`, key, ...fields };
  await store.transaction((tx) => tx.insertService(service));
  return service;
}
