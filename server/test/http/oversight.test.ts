// Oversight over HTTP: what admins see of members' tokens and how they end them, as far as the policy lets them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { TokenPolicy } from "@mintmark/core";
import type { Client } from "../support/client.ts";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";
import { assertRefused, changesIn } from "../support/organization-state.ts";
import { Seed } from "../support/seed.ts";

for (const engine of ENGINES) {
  describe(`oversight on ${engine}`, () => {
    let instance: TestInstance;
    let seed: Seed;
    before(async () => {
      instance = await startInstance({ engine });
      seed = new Seed(instance);
    });
    after(() => instance.close());

    async function fixture(oversight: TokenPolicy["oversight"] = "list-and-revoke") {
      const owner = await seed.person();
      const admin = await seed.person();
      const organization = await seed.organization(owner);
      await seed.member(organization, admin, "admin");
      const { store } = instance.deps;
      const { policy } = (await store.reads.findOrganization(organization.id)) ?? assert.fail();
      await store.transaction((tx) => tx.setPolicy(organization.id, { ...policy, oversight }));
      const tokens = `/api/organizations/${organization.id}/personal-access-tokens`;
      const token = await seed.token(owner, organization, { name: "Owner's own" });
      return { owner, admin, organization, tokens, token, session: await seed.session(admin, organization) };
    }

    it("lists every member's tokens, and no secret", async () => {
      const { owner, admin, organization, tokens, token, session } = await fixture();
      const own = await seed.token(admin, organization);
      await seed.token(admin, admin.personal);
      const { status, body } = await session.get(tokens);
      assert.equal(status, 200);
      assert.deepEqual(new Set(body.items.map((item: { id: string }) => item.id)), new Set([token.id, own.id]));
      const item = body.items.find(({ id }: { id: string }) => id === token.id);
      assert.deepEqual([item.user.id, item.name, item.state], [owner.id, "Owner's own", "active"]);
      assert.ok(!JSON.stringify(body).includes(token.secret));
    });

    it("revokes any member's token at once; repeating it answers the first receipt", async () => {
      const { admin, owner, organization, tokens, token, session } = await fixture();
      const first = await session.delete(`${tokens}/${token.id}`);
      assert.deepEqual([first.status, first.body.revoked], [200, true]);
      assert.equal((await token.client.get("/api/whoami")).body.code, "token_revoked");
      assert.equal((await session.delete(`${tokens}/${token.id}`)).body.at, first.body.at);
      const events = await changesIn(instance, organization.id);
      assert.equal(events.length, 1);
      assert.equal(events[0]?.actor.id, admin.id);
      assert.deepEqual(events[0]?.details, { reason: "admin", owner: owner.id });
    });

    it("is open to tokens and keys by permission", async () => {
      const { owner, admin, organization, tokens, token } = await fixture();
      const lists = await seed.token(admin, organization, { permissions: ["tokens:read"] });
      assert.equal((await lists.client.get(tokens)).status, 200);
      const revoke = (client: Client) => () => client.delete(`${tokens}/${token.id}`);
      await assertRefused(instance, organization.id, revoke(lists.client), [403, "permission_denied"]);
      const key = await seed.apiKey(organization, owner);
      assert.equal((await revoke(key.client)()).status, 200);
    });

    it("reaches as far as the policy lets it, whatever the role", async () => {
      const audit = await fixture("audit");
      const owner = await seed.session(audit.owner, audit.organization);
      for (const client of [audit.session, owner]) {
        for (const send of [() => client.get(audit.tokens), () => client.delete(`${audit.tokens}/${audit.token.id}`)]) {
          await assertRefused(instance, audit.organization.id, send, [403, "policy_oversight"]);
        }
      }
      const list = await fixture("list");
      assert.equal((await list.session.get(list.tokens)).status, 200);
      const revoke = () => list.session.delete(`${list.tokens}/${list.token.id}`);
      await assertRefused(instance, list.organization.id, revoke, [403, "policy_oversight"]);
      assert.equal((await list.token.client.get("/api/whoami")).status, 200);
    });
  });
}
