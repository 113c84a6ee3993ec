// When a revocation returns, it is in force: clients that were let through before, on open connections, are
// refused by the very next request after each change, on both engines and through every transport.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import type { Person, SeededCredential, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

for (const engine of ENGINES) {
  describe(`the next request on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let service: Client;
    before(async () => {
      service = (await seed.service(await seed.person())).client;
    });

    interface Scene {
      readonly owner: Person;
      readonly person: Person;
      readonly organization: SeededOrganization;
      readonly membershipId: string;
      readonly admin: Client;
      readonly self: Client;
      readonly token: SeededCredential<string>;
    }

    /** A member with a token that every transport has just accepted. */
    async function scene(role = "admin"): Promise<Scene> {
      const owner = await seed.person();
      const person = await seed.person();
      const organization = await seed.organization(owner);
      const membershipId = await seed.member(organization, person, role);
      const token = await seed.token(person, organization);
      await assertCode(token, "ok");
      return {
        owner,
        person,
        organization,
        membershipId,
        token,
        admin: await seed.session(owner, organization),
        self: await seed.session(person, organization),
      };
    }

    /** Every transport returns the same, all asked at once. */
    async function assertCode({ client, secret }: Scene["token"], code: string): Promise<void> {
      const [api, proxy, verify] = await Promise.all([
        client.get("/api/whoami"),
        client.get("/forward-auth"),
        service.post("/api/verify", { token: secret }),
      ]);
      assert.equal(api.body.code ?? "ok", code);
      assert.equal(proxy.body?.code ?? "ok", code);
      assert.equal(verify.body.active ? "ok" : verify.body.code, code);
    }

    function assertDone(reply: Reply): void {
      assert.ok(reply.status < 300, JSON.stringify(reply.body));
    }

    it("after a mint works", async () => {
      const { self } = await scene();
      const { body } = await self.post("/api/personal-access-tokens", { name: "new", expiresInDays: 7 });
      await assertCode(
        { id: body.token.id, secret: body.secret, client: instance.client().withBearer(body.secret) },
        "ok",
      );
    });

    it("after a revocation by its owner or an admin is refused", async () => {
      const mine = await scene();
      assertDone(await mine.self.delete(`/api/personal-access-tokens/${mine.token.id}`));
      await assertCode(mine.token, "token_revoked");
      const theirs = await scene();
      assertDone(
        await theirs.admin.delete(
          `/api/organizations/${theirs.organization.id}/personal-access-tokens/${theirs.token.id}`,
        ),
      );
      await assertCode(theirs.token, "token_revoked");
    });

    it("after a removal is refused, and stays so when the person is invited again", async () => {
      const { admin, organization, membershipId, token, person } = await scene();
      const elsewhere = await seed.token(person, person.personal);
      assertDone(await admin.delete(`/api/organizations/${organization.id}/members/${membershipId}`));
      await assertCode(token, "member_removed");
      await assertCode(elsewhere, "ok");
      await seed.member(organization, person, "admin");
      await assertCode(token, "member_removed");
    });

    it("after leaving is refused", async () => {
      const { self, organization, membershipId, token } = await scene();
      assertDone(await self.delete(`/api/organizations/${organization.id}/members/${membershipId}`));
      await assertCode(token, "member_removed");
    });

    it("after a suspension is refused, and after reinstatement works again", async () => {
      const { admin, organization, membershipId, token } = await scene();
      assertDone(await admin.post(`/api/organizations/${organization.id}/members/${membershipId}/suspend`));
      await assertCode(token, "member_suspended");
      assertDone(await admin.post(`/api/organizations/${organization.id}/members/${membershipId}/reinstate`));
      await assertCode(token, "ok");
    });

    it("after the instance suspends the user is refused, in every organization, and their sessions have ended", async () => {
      const { person, token, self } = await scene();
      const elsewhere = await seed.token(person, person.personal);
      const admin = await seed.session(await seed.person("Admin", { instanceAdmin: true }));
      assertDone(await admin.post(`/api/admin/users/${person.id}/suspend`));
      await assertCode(token, "user_suspended");
      await assertCode(elsewhere, "user_suspended");
      assert.equal((await self.get("/api/session")).body.code, "session_ended");
      assertDone(await admin.post(`/api/admin/users/${person.id}/reinstate`));
      await assertCode(token, "ok");
      assert.equal((await self.get("/api/session")).body.code, "session_ended");
    });

    it("after a demotion has the lower role", async () => {
      const { admin, organization, membershipId, token } = await scene();
      assert.equal((await token.client.get("/forward-auth?permission=members:write")).status, 200);
      assertDone(
        await admin.patch(`/api/organizations/${organization.id}/members/${membershipId}`, { role: "viewer" }),
      );
      const refused = await token.client.get("/forward-auth?permission=members:write");
      assert.deepEqual(
        [refused.status, refused.body.code, refused.body.missingPermissions],
        [403, "permission_denied", ["members:write"]],
      );
      assert.equal((await token.client.get("/api/whoami")).body.role, "viewer");
    });

    it("after the policy was tightened is refused, and after it was loosened works again", async () => {
      const { admin, organization, token } = await scene();
      const address = `/api/organizations/${organization.id}/token-policy`;
      const policy = (await admin.get(address)).body;
      assertDone(await admin.put(address, { ...policy, allowNoExpiry: false }));
      await assertCode(token, "policy_no_expiry");
      assertDone(await admin.put(address, policy));
      await assertCode(token, "ok");
    });

    it("after the organization is gone is refused, for tokens and keys alike", async () => {
      const { admin, organization, token, owner } = await scene();
      const key = await seed.apiKey(organization, owner);
      await assertCode(key, "ok");
      assertDone(await admin.delete(`/api/organizations/${organization.id}`, { name: organization.name }));
      await assertCode(token, "organization_deleted");
      await assertCode(key, "organization_deleted");
    });

    it("after an API key was revoked is refused; changes to its creator do not affect it", async () => {
      const { admin, organization, person, membershipId } = await scene();
      const key = await seed.apiKey(organization, person);
      assertDone(await admin.delete(`/api/organizations/${organization.id}/members/${membershipId}`));
      await assertCode(key, "ok");
      assertDone(await admin.delete(`/api/organizations/${organization.id}/api-keys/${key.id}`));
      await assertCode(key, "token_revoked");
    });

    it("after a revocation with the secret itself is refused", async () => {
      const byStandard = await scene();
      const form = instance.client().with({ "Content-Type": "application/x-www-form-urlencoded" });
      const response = await fetch(`${instance.url}/oauth2/revoke`, {
        method: "POST",
        headers: form.headers,
        body: `token=${byStandard.token.secret}`,
      });
      assert.equal(response.status, 200);
      await assertCode(byStandard.token, "token_revoked");
      const leaked = await scene();
      assertDone(
        await instance.client().post("/api/credentials/revoke", { credentials: [leaked.token.secret, "junk"] }),
      );
      await assertCode(leaked.token, "token_revoked");
    });

    it("never lets an admin's token make anyone an owner", async () => {
      const { organization, token, membershipId } = await scene("admin");
      const other = await seed.person();
      const otherId = await seed.member(organization, other, "member");
      for (const id of [membershipId, otherId]) {
        const reply = await token.client.patch(`/api/organizations/${organization.id}/members/${id}`, {
          role: "owner",
        });
        assert.equal(reply.status, 403, JSON.stringify(reply.body));
        assert.equal(reply.body.code, "role_exceeds_caller");
      }
      const invited = await token.client.post(`/api/organizations/${organization.id}/invitations`, {
        email: "new@example.com",
        role: "owner",
      });
      assert.deepEqual([invited.status, invited.body.code], [403, "role_exceeds_caller"]);
    });
  });
}
