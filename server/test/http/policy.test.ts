// The token policy over HTTP: read, replaced as a whole, and in force before the response.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TokenPolicy } from "@mintmark/core";
import type { Client } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import { assertRefused, changesIn } from "../support/organization-state.ts";
import { withInstance } from "../support/with-instance.ts";

const DAY_MS = 86_400_000;
const LATE_MS = 15 * 60_000 + 1_000;

for (const engine of ENGINES) {
  describe(`the token policy on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    async function fixture() {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const path = `/api/organizations/${organization.id}/token-policy`;
      const session = await seed.session(owner, organization);
      const policy: TokenPolicy = (await session.get(path)).body;
      const put = (change: object, client: Client = session) => client.put(path, { ...policy, ...change });
      return { owner, organization, path, session, policy, put };
    }

    it("is the permissive default until it is set", async () => {
      const { policy } = await fixture();
      assert.deepEqual(policy, {
        maxLifetimeDays: null,
        allowNoExpiry: true,
        ceiling: { kind: "role" },
        mintableBy: ["owner", "admin", "member", "viewer"],
        oversight: "list-and-revoke",
        revokeOnSuspend: false,
        idleDays: null,
        networks: null,
        mcp: "read-write",
      });
    });

    it("is read by token and key with policy:read", async () => {
      const { owner, organization, path, policy } = await fixture();
      const token = await seed.token(owner, organization, { permissions: ["policy:read"] });
      const key = await seed.apiKey(organization, owner, { role: "member" });
      for (const { client } of [token, key]) assert.deepEqual((await client.get(path)).body, policy);
    });

    it("shows the rules that bind a new credential to everyone who may create one, and no other rule", async () => {
      const { owner, organization, path, put } = await fixture();
      await put({ maxLifetimeDays: 90, networks: ["203.0.113.0/24"], mintableBy: ["owner"], oversight: "audit" });
      const viewer = await seed.person();
      const membershipId = await seed.member(organization, viewer, "viewer");
      const session = await seed.session(viewer, organization);
      await assertRefused(instance, organization.id, () => session.get(path), [403, "permission_denied"]);
      const rules = await session.get(`${path}/minting`);
      assert.deepEqual(
        [rules.status, rules.body],
        [
          200,
          {
            maxLifetimeDays: 90,
            allowNoExpiry: true,
            ceiling: { kind: "role" },
            mintableBy: ["owner"],
            idleDays: null,
            networks: ["203.0.113.0/24"],
            mcp: "read-write",
          },
        ],
      );
      await put({ maxLifetimeDays: 90 });
      const mint = await session.post("/api/personal-access-tokens", { name: "CI", organizationId: organization.id });
      assert.deepEqual([mint.status, mint.body.code], [400, "expiry_required"], "the same rules bind the minting");

      const narrow = await seed.token(owner, organization, { permissions: ["members:read"] });
      const key = await seed.apiKey(organization, owner, { permissions: ["api-keys:write"] });
      assert.equal((await key.client.get(`${path}/minting`)).status, 200);
      const denied = [403, "permission_denied"] as const;
      await assertRefused(instance, organization.id, () => narrow.client.get(`${path}/minting`), denied);
      const stranger = await seed.session(await seed.person());
      await assertRefused(instance, organization.id, () => stranger.get(`${path}/minting`), [404, "not_found"]);
      const suspend = `/api/organizations/${organization.id}/members/${membershipId}/suspend`;
      assert.equal((await (await seed.session(owner, organization)).post(suspend, {})).status, 200);
      await assertRefused(instance, organization.id, () => session.get(`${path}/minting`), denied);
    });

    it("tightening is in force for existing tokens before the response, and loosening makes them work again", async () => {
      const { owner, organization, put } = await fixture();
      const { clock } = instance.deps;
      const token = await seed.token(owner, organization, { createdAt: clock() - 10 * DAY_MS });
      const codeAfter = async (change: object): Promise<string> => {
        const reply = await put(change);
        assert.deepEqual([reply.status, reply.body.receipt?.confirmedBy], [200, "single"], JSON.stringify(reply.body));
        return (await token.client.get("/api/whoami")).body.code ?? "ok";
      };
      assert.equal(await codeAfter({ maxLifetimeDays: 9 }), "policy_lifetime");
      assert.equal(await codeAfter({ allowNoExpiry: false }), "policy_no_expiry");
      assert.equal(await codeAfter({ networks: ["203.0.113.0/24", "2001:db8::/32"] }), "policy_network");
      assert.equal(await codeAfter({ mintableBy: [] }), "ok");
      assert.equal(await codeAfter({ ceiling: { kind: "read-only" } }), "ok");
      const { permissions } = (await token.client.get("/api/whoami")).body;
      assert.ok(permissions.every((permission: string) => permission.endsWith(":read")));
      assert.equal(await codeAfter({ ceiling: { kind: "list", permissions: ["members:read"] } }), "ok");
      assert.deepEqual((await token.client.get("/api/whoami")).body.permissions, ["members:read"]);
      assert.equal(await codeAfter({}), "ok");
    });

    it("a ceiling limits which members a token may change, and not only the permissions that are shown", async () => {
      const { owner, organization, put } = await fixture();
      const person = await seed.person();
      const membershipId = await seed.member(organization, person, "viewer");
      const token = await seed.token(owner, organization);
      await put({ ceiling: { kind: "read-only" } });
      const path = `/api/organizations/${organization.id}/members/${membershipId}`;
      await assertRefused(instance, organization.id, () => token.client.delete(path), [403, "permission_denied"]);
      // A viewer has more permissions than the ceiling leaves the owner's token, so the token may not change a viewer.
      await put({ ceiling: { kind: "list", permissions: ["members:write"] } });
      await assertRefused(instance, organization.id, () => token.client.delete(path), [403, "role_exceeds_caller"]);
    });

    it("is recorded with what changed, before and after, and not when nothing did", async () => {
      const { organization, put } = await fixture();
      await put({ maxLifetimeDays: 90, idleDays: 30 });
      await put({ maxLifetimeDays: 90, idleDays: 30 });
      const events = await changesIn(instance, organization.id);
      assert.equal(events.length, 1);
      assert.equal(events[0]?.action, "policy.changed");
      assert.deepEqual(events[0]?.details, {
        before: { maxLifetimeDays: null, idleDays: null },
        after: { maxLifetimeDays: 90, idleDays: 30 },
      });
    });

    it("refuses a policy that names what does not exist or is out of range, and keeps the old one", async () => {
      const { organization, put, session, path } = await fixture();
      const refuse = async (change: object, expected: readonly [number, string], field?: string) => {
        const { body } = await assertRefused(instance, organization.id, () => put(change), expected);
        if (field !== undefined) assert.equal(body.errors[0].field, field);
      };
      await refuse({ maxLifetimeDays: 0 }, [400, "field_invalid"], "maxLifetimeDays");
      await refuse({ maxLifetimeDays: 3651 }, [400, "field_invalid"], "maxLifetimeDays");
      await refuse({ maxLifetimeDays: 1.5 }, [400, "field_invalid"], "maxLifetimeDays");
      await refuse({ idleDays: -1 }, [400, "field_invalid"], "idleDays");
      await refuse({ networks: ["203.0.113.7/24"] }, [400, "field_invalid"], "networks");
      await refuse({ networks: ["example.com"] }, [400, "field_invalid"], "networks");
      for (const network of ["010.0.0.0/8", "0x0a000000/8", "10/8", "10.0/16", "10.0.0.0/08", "::ffff:10.0.0.0/104"])
        await refuse({ networks: [network] }, [400, "field_invalid"], "networks");
      await refuse({ networks: [] }, [400, "field_invalid"], "networks");
      await refuse({ mintableBy: ["emperor"] }, [400, "role_unknown"], "mintableBy");
      await refuse(
        { ceiling: { kind: "list", permissions: ["no:such"] } },
        [400, "permission_unknown"],
        "ceiling.permissions",
      );
      await refuse({ ceiling: { kind: "list", permissions: [] } }, [400, "permissions_empty"], "ceiling.permissions");
      await refuse({ ceiling: { kind: "role", permissions: [] } }, [400, "field_unknown"]);
      await refuse({ oversight: "everything" }, [400, "field_invalid"], "oversight");
      await refuse({ maxAge: 3 }, [400, "field_unknown"], "maxAge");
      await assertRefused(instance, organization.id, () => session.put(path, {}), [400, "field_invalid"]);
    });

    it("needs a recent password and a person: no token changes the policy", async () => {
      const { owner, organization, put } = await fixture();
      const refuse = (client: Client, code: string) =>
        assertRefused(instance, organization.id, () => put({ idleDays: 1 }, client), [403, code]);
      await refuse(await seed.session(owner, organization, LATE_MS), "reauthentication_required");
      await refuse((await seed.token(owner, organization)).client, "session_required");
      await refuse((await seed.apiKey(organization, owner)).client, "session_required");
    });
  });
}
