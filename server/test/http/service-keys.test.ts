// The keys of a service, on both engines: the next one takes over from the present one, each with its end and its last use.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { DAY_MS, REAUTHENTICATION_MS } from "@mintmark/core";
import { actionsOf, assertProblem } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import type { Person } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

for (const engine of ENGINES) {
  describe(`the keys of a service on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let admin: Person;
    let session: Client;
    before(async () => {
      admin = await seed.person("Admin", { instanceAdmin: true });
      session = await seed.session(admin);
    });

    const create = async (more: object = {}) => {
      const { status, body } = await session.post("/api/admin/services", { name: uniqueName("Scans"), ...more });
      assert.equal(status, 201, JSON.stringify(body));
      return { id: body.service.id, secret: body.secret, keyId: body.service.keys[0].id };
    };
    const keysOf = (id: string): string => `/api/admin/services/${id}/keys`;
    const verify = (secret: string) =>
      instance.client().withBearer(secret).post("/api/verify", { token: "mm_pat_none" });
    const serviceNow = async (id: string) => {
      await instance.later.settled();
      const { body } = await session.get("/api/admin/services?limit=200");
      return body.items.find((item: { id: string }) => item.id === id);
    };

    it("are two at once: the next one takes over, and the present one is refused when its revoke has returned", async () => {
      const { id, secret, keyId } = await create();
      const added = await session.post(keysOf(id), {});
      assert.equal(added.status, 201, JSON.stringify(added.body));
      assert.match(added.body.secret, /^mm_svc_[0-9a-f]{48}$/);
      assert.equal(added.body.key.prefix, added.body.secret.slice(0, 10));
      assert.equal(added.body.service.keys.length, 2);
      assert.deepEqual([(await verify(secret)).status, (await verify(added.body.secret)).status], [200, 200]);
      assertProblem(await session.post(keysOf(id), {}), 409, "limit_reached");
      const first = await session.delete(`${keysOf(id)}/${keyId}`);
      assert.deepEqual([first.status, first.body.revoked], [200, true]);
      assertProblem(await verify(secret), 401, "token_unknown");
      assert.equal((await verify(added.body.secret)).status, 200);
      assert.equal((await session.delete(`${keysOf(id)}/${keyId}`)).body.at, first.body.at);
      const actions = await actionsOf(instance, admin);
      for (const action of ["service.key_created", "service.key_revoked"])
        assert.equal(actions.filter((recorded) => recorded === action).length, 1);
      const { keys } = await serviceNow(id);
      assert.deepEqual(
        keys.map(({ id: left, lastUsedAt }: { id: string; lastUsedAt: string | null }) => [left, lastUsedAt !== null]),
        [[added.body.key.id, true]],
      );
    });

    it("end with the service, and a revoked service gets no more", async () => {
      const { id, secret } = await create();
      const { body } = await session.post(keysOf(id), {});
      assert.equal((await session.delete(`/api/admin/services/${id}`)).status, 200);
      for (const ended of [secret, body.secret]) assertProblem(await verify(ended), 401, "token_unknown");
      assertProblem(await session.post(keysOf(id), {}), 409, "credential_not_active");
      assert.deepEqual((await serviceNow(id)).keys, []);
    });

    it("need a recent password and a service, and a key of another service is unknown", async () => {
      const [one, other] = [await create(), await create()];
      const stale = await seed.session(admin, admin.personal, REAUTHENTICATION_MS + 60_000);
      assertProblem(await stale.post(keysOf(one.id), {}), 403, "reauthentication_required");
      assertProblem(await session.post(keysOf("svc_none"), {}), 404, "not_found");
      assertProblem(await session.delete(`${keysOf(one.id)}/${other.keyId}`), 404, "not_found");
      assertProblem(await session.post(keysOf(one.id), { expiresAt: "2001-01-01T00:00:00Z" }), 400, "expiry_invalid");
      assert.equal((await verify(other.secret)).status, 200);
      assert.equal((await serviceNow(one.id)).keys.length, 1);
    });

    it("expire, and an expired one makes room for the next", async () => {
      const expiresAt = new Date(instance.deps.clock() + DAY_MS).toISOString();
      const { id, secret } = await create({ expiresAt });
      await session.post(keysOf(id), {});
      assert.equal((await verify(secret)).status, 200);
      instance.advance(DAY_MS);
      assertProblem(await verify(secret), 401, "token_expired");
      session = await seed.session(admin);
      const { status, body } = await session.post(keysOf(id), {});
      assert.deepEqual([status, body.service.keys.length], [201, 2]);
    });
  });
}
