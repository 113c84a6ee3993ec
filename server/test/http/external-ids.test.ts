// The ids by which the host knows users and organizations: each way to verify returns them, and the audit log too, also
// after a deletion. An id of another source is nobody's in the product.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callTool } from "../mcp/speak.ts";
import type { Client } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import { withInstance } from "../support/with-instance.ts";

const USER = ' ada, 100% "admin"; ';
const ENCODED = "%20ada%2C%20100%25%20%22admin%22%3B%20";
const ORGANIZATION = "auth0|acme/eu-1";

for (const engine of ENGINES) {
  describe(`ids of the host on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    const external = withInstance({ engine, env: { MINTMARK_SUBJECT: "external" } });

    async function fixture({ stage = seed, source = "host", suffix = "" } = {}) {
      const owner = await stage.person();
      const person = await stage.person("Ada", { externalId: { source, id: USER + suffix } });
      const organization = await stage.organization(owner, "Acme", { source, id: ORGANIZATION + suffix });
      await stage.member(organization, person, "member");
      const token = await stage.token(person, organization);
      const key = await stage.apiKey(organization, owner);
      return { owner, person, organization, token, key, service: (await stage.service(owner)).client };
    }

    interface Known {
      readonly externalId: string | null;
    }
    const idsOf = ({ user, organization }: { readonly user: Known | null; readonly organization: Known }) => [
      user?.externalId,
      organization.externalId,
    ];
    const named = ["user", "user-external-id", "organization", "organization-external-id"];
    const headersOf = async (client: Client) => {
      const { status, headers } = await client.get("/forward-auth");
      assert.equal(status, 200);
      return named.map((name) => headers.get(`x-mintmark-${name}`));
    };
    const introspect = async (service: Client, token: string) => {
      const { body } = await service.sendForm("/oauth2/introspect", { token });
      return [body.sub, body.user_external_id, body.organization_external_id];
    };

    it("are in verification, whoami, introspection and forward-auth, where no header can be split or trimmed", async () => {
      const { owner, person, organization, token, key, service } = await fixture();
      const both = [USER, ORGANIZATION];
      assert.deepEqual(idsOf((await service.post("/api/verify", { token: token.secret })).body), both);
      assert.deepEqual(idsOf((await token.client.get("/api/whoami")).body), both);
      const session = await seed.session(person, organization);
      assert.deepEqual(idsOf((await session.get("/api/whoami")).body), both);
      const { result } = await callTool(instance, { Authorization: `Bearer ${token.secret}` }, "whoami");
      assert.deepEqual(idsOf(result.structuredContent), both);
      assert.ok(result.content[0].text.includes(JSON.stringify(USER)));
      assert.deepEqual(await introspect(service, token.secret), [person.id, ...both]);
      assert.deepEqual(await headersOf(token.client), [person.id, ENCODED, organization.id, ORGANIZATION]);
      assert.equal(decodeURIComponent(ENCODED), USER);
      assert.deepEqual(await headersOf(key.client), ["", "", organization.id, ORGANIZATION]);
      assert.deepEqual(idsOf((await key.client.get("/api/whoami")).body), [undefined, ORGANIZATION]);
      const local = await seed.token(owner, organization);
      assert.deepEqual(await headersOf(local.client), [owner.id, "", organization.id, ORGANIZATION]);
    });

    it("are those of the host alone: an id of another source could be somebody else's", async () => {
      const { person, organization, token, service } = await fixture({ source: "idp" });
      const none = [null, null];
      assert.deepEqual(idsOf((await service.post("/api/verify", { token: token.secret })).body), none);
      assert.deepEqual(idsOf((await (await seed.session(person, organization)).get("/api/whoami")).body), none);
      assert.deepEqual(await introspect(service, token.secret), [person.id, undefined, undefined]);
      assert.deepEqual(await headersOf(token.client), [person.id, "", organization.id, ""]);
    });

    it("are the subject where the operator says so, and nothing stands in for a missing one", async () => {
      const { owner, organization, token, key, service } = await fixture({ stage: external.seed });
      assert.deepEqual(await headersOf(token.client), [ENCODED, ENCODED, organization.id, ORGANIZATION]);
      assert.deepEqual(await introspect(service, token.secret), [USER, USER, ORGANIZATION]);
      const local = await external.seed.token(owner, organization);
      for (const { client, secret } of [local, key]) {
        assert.deepEqual(await headersOf(client), ["", "", organization.id, ORGANIZATION]);
        assert.deepEqual(await introspect(service, secret), [undefined, undefined, ORGANIZATION]);
      }
    });

    it("stay in the audit log and its exports after the person and the organization are deleted", async () => {
      const { owner, person, organization, token } = await fixture({ suffix: " log" });
      await token.client.get("/api/whoami");
      const { store, clock } = instance.deps;
      const session = await seed.session(owner, organization);
      await session.patch(`/api/organizations/${organization.id}`, { name: "Acme AG" });
      await store.transaction((tx) => tx.deleteUser(person.id, clock()));
      interface Event {
        readonly action: string;
        readonly actor: Known;
        readonly target: Known | null;
        readonly organizationExternalId: string | null;
      }
      const find = (events: readonly Event[], action: string) => {
        const { actor, target, organizationExternalId } =
          events.find((event) => event.action === action) ?? assert.fail(action);
        return [actor.externalId, target?.externalId, organizationExternalId];
      };
      const used = [`${USER} log`, null, `${ORGANIZATION} log`];
      const renamed = [null, `${ORGANIZATION} log`, `${ORGANIZATION} log`];
      const path = `/api/organizations/${organization.id}/audit-events`;
      const { items } = (await session.get(path)).body;
      assert.deepEqual(find(items, "pat.used"), used);
      assert.deepEqual(find(items, "organization.renamed"), renamed);
      const lines = String((await session.get(`${path}/export`)).body)
        .trimEnd()
        .split("\n");
      const exported = lines.map((line) => JSON.parse(line) as Event);
      assert.deepEqual(find(exported, "pat.used"), used);
      const [header = "", ...rows] = String((await session.get(`${path}/export?format=csv`)).body).split("\r\n");
      assert.ok(header.endsWith(",details,actor_external_id,target_external_id,organization_external_id"));
      const row = rows.find((line) => line.includes(",pat.used,")) ?? assert.fail();
      assert.ok(row.endsWith(`,"${USER.replaceAll('"', '""')} log",,${ORGANIZATION} log`), row);
      await store.transaction((tx) => tx.deleteOrganization(organization.id, clock(), owner.id));
      const admin = await seed.session(await seed.person("admin", { instanceAdmin: true }));
      const { body } = await admin.get("/api/admin/audit-events?action=organization.renamed");
      assert.deepEqual(find(body.items, "organization.renamed"), renamed);
    });
  });
}
