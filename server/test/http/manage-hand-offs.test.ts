// The hand-offs that a host makes: for whom, and where they lead. On both engines.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hashSecret } from "../../src/secrets/generate.ts";
import { assertProblem, browserOf } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const MINUTE = 60_000;
const MANAGE = "/api/manage/hand-offs";
const RETURN_ORIGINS = "https://shop.example,http://localhost:4000";

for (const engine of ENGINES) {
  describe(`hand-offs of a host on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine, env: { MINTMARK_RETURN_ORIGINS: RETURN_ORIGINS } });

    const redeem = (code: string): Promise<Reply> => instance.client().post("/api/hand-offs/redeem", { code });
    const isOpen = async (client: Client): Promise<boolean> =>
      (await client.get("/api/session/if-any")).body.session !== null;
    async function known(): Promise<{ person: Person; organization: SeededOrganization; host: Client; body: object }> {
      const [user, of] = [uniqueName("user"), uniqueName("organization")];
      const person = await seed.person(undefined, { externalId: user });
      const organization = await seed.organization(person, undefined, of);
      const host = instance.client().withBearer((await seed.managementKey()).secret);
      return { person, organization, host, body: { user, organization: of, page: "tokens" } };
    }
    const codeOf = (reply: Reply): string => {
      assert.equal(reply.status, 201, JSON.stringify(reply.body));
      const [page, code] = reply.body.url.split("#code=");
      assert.equal(page, `${instance.url}/hand-off`);
      return code;
    };

    it("is made by the host for one of its users, and ended by it at once", async () => {
      const { person, organization, host, body } = await known();
      const made = await host.post(MANAGE, { ...body, returnUrl: "https://shop.example/settings?tab=tokens" });
      assert.ok(Math.abs(Date.parse(made.body.expiresAt) - instance.deps.clock() - MINUTE) < MINUTE / 2);
      const reply = await redeem(codeOf(made));
      assert.equal(reply.body.session.user.id, person.id);
      assert.equal(reply.body.session.handOff.returnUrl, "https://shop.example/settings?tab=tokens");
      const browser = browserOf(instance, reply);
      const path = `${MANAGE}/${made.body.id}`;
      const stranger = instance.client().withBearer((await seed.managementKey({ source: uniqueName("other") })).secret);
      assertProblem(await stranger.delete(path), 404, "not_found");
      assert.ok(await isOpen(browser));
      const { body: receipt } = await host.delete(path);
      assert.equal(await isOpen(browser), false);
      assert.deepEqual((await host.delete(path)).body, receipt);
      const { items } = await instance.deps.store.reads.listAuditEvents(
        { concerning: person.id, organizationId: organization.id },
        { limit: 3, after: null },
      );
      assert.deepEqual(
        items.map(({ action, actor, via }) => [action, actor.kind, via?.kind]),
        [
          ["hand_off.ended", "management_key", "management_key"],
          ["hand_off.redeemed", "user", "hand_off"],
          ["hand_off.created", "management_key", "management_key"],
        ],
      );
    });

    it("creates and updates whom it names, believes a proved address, and reinstates nobody", async () => {
      const { host } = await known();
      const [user, of] = [uniqueName("user"), uniqueName("organization")];
      const described = (more = {}, role: string | undefined = "member") => ({
        user: { externalId: user, name: "Grace Hopper", email: `${user}@example.com`, ...more },
        organization: { externalId: of, name: "Northwind" },
        page: "tokens",
        role,
      });
      const { session } = (await redeem(codeOf(await host.post(MANAGE, described({ emailVerified: true }))))).body;
      assert.deepEqual(
        [session.user.name, session.user.emailVerified, session.organization.name, session.organization.role],
        ["Grace Hopper", true, "Northwind", "member"],
      );
      const again = await redeem(codeOf(await host.post(MANAGE, described({ name: "Grace B. Hopper" }, "admin"))));
      const { user: updated, organization } = again.body.session;
      assert.deepEqual(
        [updated.id, updated.name, updated.emailVerified, organization.role],
        [session.user.id, "Grace B. Hopper", true, "admin"],
      );
      const path = `/api/manage/organizations/${of}/members/${user}`;
      assert.equal((await host.put(path, { role: "member", suspended: true })).status, 200);
      assertProblem(await host.post(MANAGE, described()), 409, "person_suspended");
      const limited = instance.client().withBearer((await seed.managementKey({ scopes: ["hand-offs:create"] })).secret);
      assertProblem(await limited.post(MANAGE, described()), 403, "scope_missing");
      await host.put(path, { role: "member", suspended: false });
      assert.equal((await limited.post(MANAGE, { user, organization: of, page: "tokens" })).status, 201);
      assertProblem(await host.post(MANAGE, described({}, "emperor")), 400, "role_unknown");
    });

    it("ends with the management key that made it", async () => {
      const { host, body } = await known();
      const [opened, unopened] = [codeOf(await host.post(MANAGE, body)), codeOf(await host.post(MANAGE, body))];
      const browser = browserOf(instance, await redeem(opened));
      const { store, clock } = instance.deps;
      const handOff = await store.reads.findHandOffByCode(hashSecret(unopened));
      const by = { kind: "system", id: "mintmark", name: "Mintmark" } as const;
      await store.transaction((tx) =>
        tx.revokeManagementKey(handOff?.madeBy ?? assert.fail(), { at: clock(), by, reason: "leaked" }),
      );
      assert.equal(await isOpen(browser), false);
      assertProblem(await redeem(unopened), 410, "hand_off_invalid");
    });

    it("is made for active members alone, and never for an instance admin", async () => {
      const { person, organization, host, body } = await known();
      const { store, clock } = instance.deps;
      const refused = async (status: number, code: string, more = {}): Promise<void> => {
        const count = await store.reads.listAuditEvents({ actions: ["hand_off.created"] }, { limit: 200, after: null });
        assertProblem(await host.post(MANAGE, { ...body, ...more }), status, code);
        assert.deepEqual(
          await store.reads.listAuditEvents({ actions: ["hand_off.created"] }, { limit: 200, after: null }),
          count,
        );
      };
      const other = await known();
      await refused(404, "external_id_unknown", { user: "nobody" });
      await refused(404, "external_id_unknown", { organization: "nowhere" });
      await refused(404, "not_found", { organization: (other.body as { organization: string }).organization });
      const membership = await store.reads.findMembership(organization.id, person.id);
      const id = membership?.id ?? assert.fail();
      await store.transaction((tx) => tx.suspendMembership(id, clock(), "boss"));
      await refused(409, "person_suspended");
      await store.transaction((tx) => tx.reinstateMembership(id));
      await store.transaction((tx) => tx.suspendUser(person.id, clock(), "admin"));
      await refused(409, "person_suspended");
      await store.transaction((tx) => tx.reinstateUser(person.id));
      await store.transaction((tx) => tx.appointInstanceAdmin(person.id, clock()));
      await refused(409, "instance_admin_protected");
    });

    it("refuses 20 forged addresses to go back to, and pages that a hand-off does not open", async () => {
      const { host, body } = await known();
      const forged = [
        "https://evil.example/",
        "https://shop.example.evil.example/",
        "https://evil.example/https://shop.example/",
        "https://shop.example@evil.example/",
        "https://shop.example:443@evil.example/",
        "https://user:pass@shop.example/",
        "https://shop.example:8443/",
        "https://sub.shop.example/",
        "https://shop.example./",
        "http://shop.example/",
        "http://localhost:4001/",
        "http://127.0.0.1:4000/",
        "//shop.example/",
        "/settings",
        "https:shop.example/",
        "https:/shop.example/",
        "https:\\\\shop.example/",
        "https://shop.example\\@evil.example/",
        "https://evil.example\\.shop.example/",
        "https://shop.example\n.evil.example/",
        " https://evil.example",
        "https://shop\u3002example.evil.example/",
        "javascript:alert(1)//https://shop.example/",
        "data:text/html,https://shop.example/",
        "",
      ];
      for (const returnUrl of forged) {
        const reply = await host.post(MANAGE, { ...body, returnUrl });
        assertProblem(reply, 400, "field_invalid");
        assert.equal(reply.body.errors[0].field, "returnUrl", returnUrl);
      }
      const elsewhere = [
        "https://evil.example/device",
        "//evil.example/device",
        "/\\evil.example/device",
        "/\t/evil.example/device",
        `${instance.url}.evil.example/device`,
        `${instance.url}@evil.example/device`,
        "/settings/profile",
        "/admin/users",
        "/devices",
        "/api/session",
        "/device/../admin/users",
        "/hand-off",
        "device",
        "",
      ];
      for (const returnTo of elsewhere) {
        const reply = await host.post(MANAGE, { ...body, returnTo });
        assertProblem(reply, 400, "field_invalid");
        assert.equal(reply.body.errors[0].field, "returnTo", returnTo);
      }
      const arriving = async (returnTo: string): Promise<string> => {
        const reply = await host.post(MANAGE, { ...body, returnTo });
        return (await redeem(codeOf(reply))).body.to;
      };
      assert.equal(await arriving(`${instance.url}/connect?client=cursor#x`), "/connect?client=cursor");
      assert.equal(await arriving("/device"), "/device");
    });

    it("takes the host's word for the last proof, but not from the future", async () => {
      const { host, body } = await known();
      const at = (ms: number): string => new Date(instance.deps.clock() + ms).toISOString();
      assertProblem(await host.post(MANAGE, { ...body, authenticatedAt: at(2 * MINUTE) }), 400, "field_invalid");
      const made = await host.post(MANAGE, { ...body, authenticatedAt: at(MINUTE / 2) });
      const { session } = (await redeem(codeOf(made))).body;
      assert.ok(Date.parse(session.authenticatedAt) <= instance.deps.clock());
    });

    it("keeps 20 unopened links of a person", async () => {
      const { host, body } = await known();
      const first = codeOf(await host.post(MANAGE, body));
      for (let more = 0; more < 20; more++) await host.post(MANAGE, body);
      assertProblem(await redeem(first), 410, "hand_off_invalid");
    });
  });
}
