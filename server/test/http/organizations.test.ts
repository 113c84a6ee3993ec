// Organizations over HTTP: founded, listed, renamed, deleted; and what a deletion ends.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Client } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import { actionsIn, assertRefused, changesIn } from "../support/organization-state.ts";
import { withInstance } from "../support/with-instance.ts";

const ORGANIZATIONS = "/api/organizations";
const LATE_MS = 15 * 60_000 + 1_000;

for (const engine of ENGINES) {
  describe(`organizations on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    async function fixture() {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      return { owner, organization, path: `${ORGANIZATIONS}/${organization.id}` };
    }

    describe("create", () => {
      it("makes its creator the owner, and records it", async () => {
        const person = await seed.person();
        const session = await seed.session(person);
        const { status, body } = await session.post(ORGANIZATIONS, { name: "  Analytical Engines " });
        assert.equal(status, 201);
        assert.equal(body.name, "Analytical Engines");
        assert.equal(body.personal, false);
        assert.equal(body.role, "owner");
        assert.equal(body.state, "active");
        assert.deepEqual(body.permissions, instance.deps.catalogue.permissionsOf("owner"));
        const [event] = await changesIn(instance, body.id);
        assert.equal(event?.action, "organization.created");
        assert.deepEqual(event?.actor, { kind: "user", id: person.id, name: person.name });
        assert.equal((await session.get(`${ORGANIZATIONS}/${body.id}`)).body.membershipId, body.membershipId);
      });

      it("refuses bad names, and callers that are not a signed-in person, and founds nothing", async () => {
        const { owner, organization } = await fixture();
        const session = await seed.session(owner, organization);
        const count = async () => (await session.get(ORGANIZATIONS)).body.items.length;
        const before = await count();
        const post = async (client = session, body: object = { name: "Fine" }) => {
          const reply = await client.post(ORGANIZATIONS, body);
          return [reply.status, reply.body.code];
        };
        assert.deepEqual(await post(session, { name: " " }), [400, "name_invalid"]);
        assert.deepEqual(await post(session, { name: "a\u200Bb" }), [400, "name_invalid"]);
        assert.deepEqual(await post(session, {}), [400, "field_invalid"]);
        assert.deepEqual(await post(session, { name: "a", slug: "a" }), [400, "field_unknown"]);
        assert.deepEqual(await post(instance.client()), [401, "credentials_missing"]);
        assert.deepEqual(await post((await seed.token(owner, organization)).client), [403, "session_required"]);
        assert.deepEqual(await post((await seed.apiKey(organization, owner)).client), [403, "session_required"]);
        assert.equal(await count(), before);
      });
    });

    describe("list and show", () => {
      it("shows a person all of theirs, the personal one first, and where they are suspended", async () => {
        const { organization } = await fixture();
        const person = await seed.person();
        const membershipId = await seed.member(organization, person, "member");
        await instance.deps.store.transaction((tx) => tx.suspendMembership(membershipId, 1, "someone"));
        const session = await seed.session(person);
        const { body } = await session.get(ORGANIZATIONS);
        assert.equal(body.nextCursor, null);
        assert.deepEqual(
          body.items.map((item: { id: string; personal: boolean; state: string; role: string }) => [
            item.id,
            item.personal,
            item.state,
            item.role,
          ]),
          [
            [person.personal.id, true, "active", "owner"],
            [organization.id, false, "suspended", "member"],
          ],
        );
      });

      it("shows a token and a key their own organization, and their permissions there", async () => {
        const { owner, organization, path } = await fixture();
        const token = await seed.token(owner, organization, { permissions: ["organization:read", "members:read"] });
        const key = await seed.apiKey(organization, owner, { role: "viewer" });
        for (const [client, role, permissions] of [
          [token.client, "owner", ["organization:read", "members:read"]],
          [key.client, "viewer", instance.deps.catalogue.permissionsOf("viewer")],
        ] as const) {
          const { body: list } = await client.get(ORGANIZATIONS);
          assert.equal(list.items.length, 1);
          assert.equal(list.items[0].id, organization.id);
          const { body } = await client.get(path);
          assert.deepEqual([body.role, body.permissions], [role, permissions]);
        }
        assert.equal((await key.client.get(path)).body.membershipId, null);
        const blind = await seed.token(owner, organization, { permissions: ["members:read"] });
        assert.equal((await blind.client.get(ORGANIZATIONS)).body.code, "permission_denied");
        assert.equal((await instance.client().get(ORGANIZATIONS)).body.code, "credentials_missing");
      });
    });

    describe("rename", () => {
      it("needs the permission to write the organization, by session or credential, and is recorded", async () => {
        const { owner, organization, path } = await fixture();
        const clients = [
          await seed.session(owner, organization),
          (await seed.token(owner, organization)).client,
          (await seed.apiKey(organization, owner)).client,
        ];
        for (const [index, client] of clients.entries()) {
          const reply = await client.patch(path, { name: `Name ${index}` });
          assert.deepEqual([reply.status, reply.body.name], [200, `Name ${index}`]);
        }
        const [last] = await changesIn(instance, organization.id);
        assert.equal(last?.action, "organization.renamed");
        assert.equal(last?.actor.kind, "api_key");
        assert.equal(last?.via?.kind, "api_key");
        assert.deepEqual(last?.details, { before: { name: "Name 1" }, after: { name: "Name 2" } });
      });

      it("refuses a bad name", async () => {
        const { owner, organization, path } = await fixture();
        const session = await seed.session(owner, organization);
        await assertRefused(instance, organization.id, () => session.patch(path, { name: "" }), [400, "name_invalid"]);
      });
    });

    describe("delete", () => {
      it("ends every token, key, membership, invitation and active session of it, at once and for good", async () => {
        const { owner, organization, path } = await fixture();
        const member = await seed.person();
        await seed.member(organization, member, "member");
        const session = await seed.session(owner, organization);
        const memberSession = await seed.session(member, organization);
        const token = await seed.token(member, organization);
        const other = await seed.token(member, member.personal);
        const key = await seed.apiKey(organization, owner);
        const invited = await session.post(`${path}/invitations`, { email: "guest@example.com", role: "member" });
        assert.equal(invited.status, 201);

        const deleted = await session.delete(path, { name: organization.name });
        assert.equal(deleted.status, 200);
        assert.equal(deleted.body.revoked, true);
        assert.equal(deleted.body.confirmedBy, "single");

        assert.equal((await token.client.get("/api/whoami")).body.code, "organization_deleted");
        assert.equal((await key.client.get("/api/whoami")).body.code, "organization_deleted");
        assert.equal((await other.client.get("/api/whoami")).status, 200);
        assert.equal((await session.get(path)).status, 404);
        for (const client of [session, memberSession]) {
          const { body } = await client.get(ORGANIZATIONS);
          assert.equal(body.items.length, 1);
        }
        const link = new URL(invited.body.url).hash.slice("#token=".length);
        const preview = await instance.client().post("/api/invitations/preview", { token: link });
        assert.deepEqual([preview.status, preview.body.code], [410, "invitation_invalid"]);
        const { reads } = instance.deps.store;
        const [live] = await reads.listSessions(member.id, instance.deps.clock());
        assert.equal(live?.organizationId, member.personal.id);
        assert.equal(await reads.findMembership(organization.id, member.id), null);
        assert.deepEqual(await actionsIn(instance, organization.id), [
          "api_key.revoked",
          "member.invited",
          "organization.deleted",
          "pat.revoked",
        ]);
        assert.equal((await session.delete(path, { name: organization.name })).status, 404);
      });

      it("needs the typed name, a recent password, and an organization that is not personal", async () => {
        const { owner, organization, path } = await fixture();
        const session = await seed.session(owner, organization);
        const remove = (client: Client, name: string, expected: readonly [number, string]) =>
          assertRefused(instance, organization.id, () => client.delete(path, { name }), expected);
        await remove(session, organization.name.toUpperCase(), [400, "confirmation_mismatch"]);
        const late = await seed.session(owner, organization, LATE_MS);
        await remove(late, organization.name, [403, "reauthentication_required"]);
        const personal = await seed.session(owner);
        await assertRefused(
          instance,
          owner.personal.id,
          () => personal.delete(`${ORGANIZATIONS}/${owner.personal.id}`, { name: owner.name }),
          [403, "personal_organization"],
        );
      });

      it("is not for admins, nor for any token, whatever its permissions", async () => {
        const { owner, organization, path } = await fixture();
        const admin = await seed.person();
        await seed.member(organization, admin, "admin");
        const attempt = async (client: Client, code: string) =>
          assertRefused(instance, organization.id, () => client.delete(path, { name: organization.name }), [403, code]);
        await attempt(await seed.session(admin, organization), "permission_denied");
        await attempt((await seed.token(owner, organization)).client, "session_required");
        await attempt((await seed.apiKey(organization, owner)).client, "session_required");
      });
    });
  });
}
