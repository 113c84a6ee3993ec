import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { Conflict, type Store, type UserRecord } from "../../../src/store/store.ts";
import { assertPages } from "./paging.ts";
import { addUser, newHash, newId, present, T0 } from "./samples.ts";
import { type OpenStore, withStore } from "./under-test.ts";

type NewService = Parameters<Parameters<Parameters<Store["transaction"]>[0]>[0]["insertService"]>[0];

export function describeServices(store: () => Store, open: OpenStore): void {
  describe("services", { concurrency: true }, () => {
    test("a service is found by id and by the hash of its key, with its creator", async () => {
      const creator = await addUser(store(), { name: "Grace" });
      const service = await addService(store(), creator);
      const { id, name, prefix, createdAt } = service;
      const expected = {
        id,
        name,
        prefix,
        createdAt,
        createdBy: { id: creator.id, name: "Grace" },
        revokedAt: null,
        lastUsedAt: null,
      };
      assert.deepEqual(await store().reads.findServiceByHash(service.hash), expected);
      assert.deepEqual(await store().reads.findService(id), expected);
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
      const lastUse = async (id: typeof service.id): Promise<number | null> =>
        present(await store().reads.findService(id)).lastUsedAt;
      for (const at of [T0 + 1, T0 + 3, T0 + 2]) await store().transaction((tx) => tx.noteServiceUse(service.id, at));
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
      assert.equal(await store().reads.findServiceByHash(service.hash), null);
      assert.equal(present(await store().reads.findService(service.id)).revokedAt, T0 + 1);
    });

    test("services are listed, revoked ones too, in pages that neither skip nor repeat", () =>
      withStore(open, async (store) => {
        const creator = await addUser(store);
        const services: NewService[] = [];
        for (const at of [T0, T0 + 1, T0 + 1, T0 + 1]) {
          services.push(await addService(store, creator, { createdAt: at }));
        }
        await store.transaction((tx) => tx.revokeService(present(services[1]).id, T0 + 2, creator.id));
        await assertPages(
          (page) => store.reads.listServices(page),
          services.map((service) => ({ id: service.id, at: service.createdAt })),
          async () => void (await addService(store, creator, { createdAt: T0 + 9 })),
        );
      }));
  });
}

async function addService(store: Store, creator: UserRecord, fields: Partial<NewService> = {}): Promise<NewService> {
  const service: NewService = {
    id: newId("service"),
    hash: newHash(),
    prefix: "mm_svc_0a1",
    name: `scanner ${randomUUID()}`,
    createdAt: T0,
    createdBy: creator.id,
    ...fields,
  };
  await store.transaction((tx) => tx.insertService(service));
  return service;
}
