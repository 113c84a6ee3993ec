// Tokens for the host, on both engines: it finds them by its own ids, revokes them, and never touches an instance admin.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { newId } from "../../src/secrets/generate.ts";
import { assertProblem } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const TOKENS = "/api/manage/personal-access-tokens";

for (const engine of ENGINES) {
  describe(`tokens for the host on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let host: Client;
    before(async () => {
      host = (await seed.managementKey()).client;
    });

    interface Kept {
      readonly user: string;
      readonly organization: string;
      readonly person: Person;
      readonly where: SeededOrganization;
    }

    /** A person and an organization that the host keeps under external ids. */
    async function kept(source = "host"): Promise<Kept> {
      const [user, organization] = [uniqueName("user"), uniqueName("organization")];
      const person = { id: newId("user"), name: "Ada", email: `${user}@example.com` };
      const personal = { id: newId("organization"), membershipId: newId("membership") };
      const where = { id: newId("organization"), name: "Acme" };
      const [userId, at] = [person.id, instance.deps.clock()];
      await instance.deps.store.transaction(async (tx) => {
        const blank = { passwordHash: null, instanceAdminAt: null, createdAt: at };
        await tx.insertUser({ ...person, ...blank, external: { source, id: user } });
        await tx.insertOrganization({ id: personal.id, name: "Ada", personalOf: userId, createdAt: at });
        const external = { source, id: organization };
        await tx.insertOrganization({ ...where, personalOf: null, createdAt: at, external });
        for (const [id, organizationId] of [
          [personal.membershipId, personal.id],
          [newId("membership"), where.id],
        ] as const)
          await tx.insertMembership({ id, organizationId, userId, role: "owner", joinedAt: at });
      });
      return { user, organization, person: { ...person, personal }, where };
    }

    const idsOf = ({ status, body }: Reply): readonly string[] => {
      assert.equal(status, 200, JSON.stringify(body));
      return body.items.map(({ id }: { id: string }) => id).toSorted();
    };
    const query = (fields: Readonly<Record<string, string>>): string =>
      `${TOKENS}?${new URLSearchParams(fields).toString()}`;

    it("are found by its ids and by ours, of a person, of an organization or of both, without a secret", async () => {
      const { user, organization, person, where } = await kept();
      const [here, there] = [await seed.token(person, where), await seed.token(person, person.personal)];
      const both = [here.id, there.id].toSorted();
      assert.deepEqual(idsOf(await host.get(query({ user }))), both);
      assert.deepEqual(idsOf(await host.get(query({ userId: person.id }))), both);
      assert.deepEqual(idsOf(await host.get(query({ organization }))), [here.id]);
      assert.deepEqual(idsOf(await host.get(query({ user, organizationId: where.id, state: "live" }))), [here.id]);
      const { body } = await host.get(query({ user }));
      for (const { secret } of [here, there]) assert.ok(!JSON.stringify(body).includes(secret.slice(10)));
    });

    it("are none of an id that is unknown in the source of the key", async () => {
      const { user, organization, person, where } = await kept("idp");
      await seed.token(person, where);
      assert.deepEqual(idsOf(await host.get(query({ user }))), []);
      assert.deepEqual(idsOf(await host.get(query({ organization }))), []);
      const idp = (await seed.managementKey({ source: "idp" })).client;
      assert.equal(idsOf(await idp.get(query({ user }))).length, 1);
      assertProblem(await host.get(query({ user, userId: person.id })), 400, "field_invalid");
    });

    it("are revoked before the response, which is on record with the key, and repeated with the same receipt", async () => {
      const { person, where } = await kept();
      const token = await seed.token(person, where);
      const first = await host.delete(`${TOKENS}/${token.id}`);
      assert.deepEqual([first.status, first.body.revoked], [200, true]);
      assertProblem(await token.client.get("/api/whoami"), 401, "token_revoked");
      assert.equal((await host.delete(`${TOKENS}/${token.id}`)).body.at, first.body.at);
      assertProblem(await host.delete(`${TOKENS}/pat_${"0".repeat(32)}`), 404, "not_found");
      const filter = { organizationId: where.id, actions: ["pat.revoked"] } as const;
      const { items } = await instance.deps.store.reads.listAuditEvents(filter, { limit: 9, after: null });
      assert.deepEqual(
        items.map(({ actor, via, target }) => [actor.kind, via?.kind, target?.id]),
        [["management_key", "management_key", token.id]],
      );
    });

    it("are revoked all at once: of a person in one organization, then everywhere", async () => {
      const { user, organization, person, where } = await kept();
      const here = [await seed.token(person, where), await seed.token(person, where)];
      const there = await seed.token(person, person.personal);
      const one = await host.post(`${TOKENS}/revoke`, { user, organization });
      assert.deepEqual([one.status, one.body.revokedTokens], [200, 2], JSON.stringify(one.body));
      for (const { client } of here) assertProblem(await client.get("/api/whoami"), 401, "token_revoked");
      assert.equal((await there.client.get("/api/whoami")).status, 200);
      const all = await host.post(`${TOKENS}/revoke`, { userId: person.id });
      assert.deepEqual([all.body.revokedTokens, all.body.receipt.revoked], [1, true]);
      assertProblem(await there.client.get("/api/whoami"), 401, "token_revoked");
      assert.equal((await host.post(`${TOKENS}/revoke`, { user })).body.revokedTokens, 0);
    });

    it("stay when the request names nobody, a stranger, or a person who is not in the organization", async () => {
      const [one, other] = [await kept(), await kept()];
      const token = await seed.token(one.person, one.where);
      assertProblem(await host.post(`${TOKENS}/revoke`, {}), 400, "field_invalid");
      assertProblem(await host.post(`${TOKENS}/revoke`, { user: "nobody" }), 404, "not_found");
      const elsewhere = { user: one.user, organization: other.organization };
      assertProblem(await host.post(`${TOKENS}/revoke`, elsewhere), 404, "not_found");
      assertProblem(await host.post(`${TOKENS}/revoke`, { user: one.user, organization: "none" }), 404, "not_found");
      assert.equal((await token.client.get("/api/whoami")).status, 200);
    });

    it("of an instance admin stay: a leaked key locks out nobody who can revoke it", async () => {
      const admin = await seed.person("Admin", { instanceAdmin: true });
      const token = await seed.token(admin, admin.personal);
      assertProblem(await host.delete(`${TOKENS}/${token.id}`), 409, "instance_admin_protected");
      assertProblem(await host.post(`${TOKENS}/revoke`, { userId: admin.id }), 409, "instance_admin_protected");
      assert.equal((await token.client.get("/api/whoami")).status, 200);
    });
  });
}
