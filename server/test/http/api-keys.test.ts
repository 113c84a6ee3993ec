// API keys over HTTP: created within their creator's authority, active after their creator left, revoked at once.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TokenPolicy } from "@mintmark/core";
import type { Client } from "../support/client.ts";
import { ENGINES, startInstance } from "../support/instance.ts";
import { assertRefused, changesIn } from "../support/organization-state.ts";
import { Seed, type SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const DAY_MS = 86_400_000;
const LATE_MS = 15 * 60_000 + 1_000;

for (const engine of ENGINES) {
  describe(`API keys on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    async function fixture() {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const keys = `/api/organizations/${organization.id}/api-keys`;
      return { owner, organization, keys, session: await seed.session(owner, organization) };
    }

    async function join(organization: SeededOrganization, role: string) {
      const person = await seed.person();
      return {
        person,
        id: await seed.member(organization, person, role),
        session: await seed.session(person, organization),
      };
    }

    async function changePolicy(organization: SeededOrganization, change: Partial<TokenPolicy>): Promise<void> {
      const { store } = instance.deps;
      const { policy } = (await store.reads.findOrganization(organization.id)) ?? assert.fail();
      await store.transaction((tx) => tx.setPolicy(organization.id, { ...policy, ...change }));
    }

    const whoami = (secret: string) => instance.client().withApiKey(secret).get("/api/whoami");

    describe("create", () => {
      it("returns the secret once; the key has its own role and nothing of its creator's", async () => {
        const { owner, organization, keys, session } = await fixture();
        const created = await session.post(keys, { name: "Nightly", role: "viewer", expiresInDays: 30 });
        assert.equal(created.status, 201);
        const { apiKey, secret } = created.body;
        assert.match(secret, /^mm_key_[0-9a-f]{48}$/);
        assert.equal(apiKey.prefix, secret.slice(0, 10));
        assert.equal(Date.parse(apiKey.expiresAt) - Date.parse(apiKey.createdAt) <= 30 * DAY_MS, true);
        assert.deepEqual(
          [apiKey.state, apiKey.permissions, apiKey.createdBy],
          ["active", null, { id: owner.id, name: owner.name }],
        );
        const { body } = await whoami(secret);
        assert.deepEqual([body.user, body.role], [null, "viewer"]);
        assert.deepEqual(body.permissions, instance.deps.catalogue.permissionsOf("viewer"));
        const list = await session.get(keys);
        assert.equal(list.body.items[0].id, apiKey.id);
        const [event] = await changesIn(instance, organization.id);
        assert.equal(event?.action, "api_key.created");
        for (const text of [JSON.stringify(list.body), JSON.stringify(event), instance.log.join("")]) {
          assert.ok(!text.includes(secret));
        }
      });

      it("stays active after its creator's demotion, suspension and removal", async () => {
        const { organization, keys, session } = await fixture();
        const admin = await join(organization, "admin");
        const { secret } = (await admin.session.post(keys, { name: "key", role: "admin" })).body;
        const members = `/api/organizations/${organization.id}/members/${admin.id}`;
        await session.patch(members, { role: "viewer" });
        await session.post(`${members}/suspend`);
        await session.delete(members);
        const { body } = await whoami(secret);
        assert.deepEqual(body.permissions, instance.deps.catalogue.permissionsOf("admin"));
      });

      it("stays within its creator and its role", async () => {
        const { organization, keys, session } = await fixture();
        const admin = await join(organization, "admin");
        const create = (client: Client, body: object, expected: readonly [number, string]) =>
          assertRefused(instance, organization.id, () => client.post(keys, { name: "key", ...body }), expected);
        await create(session, { role: "owner" }, [403, "role_exceeds_creator"]);
        await create(admin.session, { role: "owner" }, [403, "role_exceeds_creator"]);
        await create(session, { role: "emperor" }, [400, "role_unknown"]);
        await create(session, { role: "viewer", permissions: [] }, [400, "permissions_empty"]);
        await create(session, { role: "viewer", permissions: ["no:such"] }, [400, "permission_unknown"]);
        await create(session, { role: "viewer", permissions: ["members:write"] }, [403, "permission_exceeds_role"]);
        const narrowed = await session.post(keys, { name: "key", role: "admin", permissions: ["members:read"] });
        assert.deepEqual((await whoami(narrowed.body.secret)).body.permissions, ["members:read"]);
      });

      it("refuses bad names and expiries, and anything that the policy forbids", async () => {
        const { organization, keys, session } = await fixture();
        const create = (body: object, expected: readonly [number, string]) =>
          assertRefused(
            instance,
            organization.id,
            () => session.post(keys, { name: "key", role: "viewer", ...body }),
            expected,
          );
        await create({ name: "" }, [400, "name_invalid"]);
        await create({ expiresInDays: 0 }, [400, "expiry_invalid"]);
        await create({ expiresAt: "2001-01-01T00:00:00Z" }, [400, "expiry_invalid"]);
        await create({ owner: true }, [400, "field_unknown"]);
        await changePolicy(organization, { maxLifetimeDays: 30 });
        await create({}, [400, "expiry_required"]);
        await create({ expiresInDays: 31 }, [403, "policy_lifetime"]);
        await changePolicy(organization, { maxLifetimeDays: null, allowNoExpiry: false });
        await create({}, [400, "expiry_required"]);
        // The policy's rule about minting is for personal access tokens only.
        await changePolicy(organization, { allowNoExpiry: true, mintableBy: [] });
        assert.equal((await session.post(keys, { name: "key", role: "viewer" })).status, 201);
      });

      it("needs a recent password and a person: no token creates a key", async () => {
        const { owner, organization, keys } = await fixture();
        const create = (client: Client, code: string) =>
          assertRefused(instance, organization.id, () => client.post(keys, { name: "key", role: "viewer" }), [
            403,
            code,
          ]);
        await create(await seed.session(owner, organization, LATE_MS), "reauthentication_required");
        await create((await seed.token(owner, organization)).client, "session_required");
        await create((await seed.apiKey(organization, owner)).client, "session_required");
      });
    });

    describe("revoke", () => {
      it("revokes the key before the response; repeating it returns the first receipt", async () => {
        const { owner, organization, keys, session } = await fixture();
        const key = await seed.apiKey(organization, owner);
        const first = await session.delete(`${keys}/${key.id}`);
        assert.deepEqual([first.status, first.body.revoked], [200, true]);
        assert.equal((await key.client.get("/api/whoami")).body.code, "token_revoked");
        const again = await session.delete(`${keys}/${key.id}`);
        assert.equal(again.body.at, first.body.at);
        const revoked = (await changesIn(instance, organization.id)).filter(
          ({ action }) => action === "api_key.revoked",
        );
        assert.equal(revoked.length, 1);
        const [listed] = (await session.get(keys)).body.items;
        assert.deepEqual([listed.state, listed.revokedBy.id, listed.revokedReason], ["revoked", owner.id, "admin"]);
      });

      it("is open to tokens and keys by permission, and to every key for itself", async () => {
        const { owner, organization, keys } = await fixture();
        const one = await seed.apiKey(organization, owner);
        const two = await seed.apiKey(organization, owner, { role: "viewer" });
        const three = await seed.apiKey(organization, owner, { role: "viewer" });
        const token = await seed.token(owner, organization);
        assert.equal((await token.client.delete(`${keys}/${one.id}`)).status, 200);
        const sibling = () => two.client.delete(`${keys}/${three.id}`);
        await assertRefused(instance, organization.id, sibling, [403, "permission_denied"]);
        assert.equal((await two.client.delete(`${keys}/${two.id}`)).status, 200);
        const [event] = await changesIn(instance, organization.id);
        assert.deepEqual(event?.details, { reason: "self" });
      });
    });

    it("lists the keys page by page to callers that may read them, and reads one by its id", async () => {
      const { owner, organization, keys } = await fixture();
      for (let count = 0; count < 3; count++) await seed.apiKey(organization, owner);
      const token = await seed.token(owner, organization, { permissions: ["api-keys:read"] });
      const first = await token.client.get(`${keys}?limit=2`);
      const second = await token.client.get(`${keys}?limit=2&cursor=${first.body.nextCursor}`);
      const ids = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id);
      assert.equal(new Set(ids).size, 3);
      assert.equal(second.body.nextCursor, null);
      const one = await token.client.get(`${keys}/${ids[0]}`);
      assert.deepEqual([one.status, one.body], [200, first.body.items[0]]);
      const elsewhere = await fixture();
      const foreign = await seed.apiKey(elsewhere.organization, elsewhere.owner);
      assert.equal((await token.client.get(`${keys}/${foreign.id}`)).status, 404);
      const other = await seed.token(owner, organization, { permissions: ["tokens:read"] });
      assert.equal((await other.client.get(`${keys}/${ids[0]}`)).body.code, "permission_denied");
    });
  });
}

describe("API keys under the instance's settings", () => {
  it("count with tokens towards the mint limit", async () => {
    const instance = await startInstance({ env: { MINTMARK_MINT_LIMIT: "2" } });
    try {
      const seed = new Seed(instance);
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const session = await seed.session(owner, organization);
      const create = () =>
        session.post(`/api/organizations/${organization.id}/api-keys`, { name: "key", role: "viewer" });
      assert.equal((await create()).status, 201);
      assert.equal(
        (await session.post("/api/personal-access-tokens", { name: "token", expiresInDays: 7 })).status,
        201,
      );
      const { headers } = await assertRefused(instance, organization.id, create, [429, "rate_limited"]);
      assert.match(headers.get("retry-after") ?? "", /^\d+$/);
    } finally {
      await instance.close();
    }
  });

  it("are refused in personal organizations where those have no tokens", async () => {
    const instance = await startInstance({ env: { MINTMARK_PERSONAL_TOKENS: "deny" } });
    try {
      const seed = new Seed(instance);
      const owner = await seed.person();
      const session = await seed.session(owner);
      const keys = `/api/organizations/${owner.personal.id}/api-keys`;
      const create = () => session.post(keys, { name: "key", role: "viewer" });
      await assertRefused(instance, owner.personal.id, create, [403, "personal_organization_denied"]);
    } finally {
      await instance.close();
    }
  });
});
