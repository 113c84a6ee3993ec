// Oversight over HTTP: admins see and revoke members' tokens, as far as the policy lets them.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TokenPolicy } from "@mintmark/core";
import { hashSecret, newId, newSecret } from "../../src/secrets/generate.ts";
import type { Client } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import { assertRefused, changesIn } from "../support/organization-state.ts";
import { withInstance } from "../support/with-instance.ts";

for (const engine of ENGINES) {
  describe(`oversight on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

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

    it("reads one by its id, and none of another organization", async () => {
      const { admin, organization, tokens, token, session } = await fixture();
      const one = await session.get(`${tokens}/${token.id}`);
      assert.deepEqual([one.status, one.body.name], [200, "Owner's own"]);
      const { items } = (await session.get(tokens)).body;
      assert.deepEqual(
        one.body,
        items.find(({ id }: { id: string }) => id === token.id),
      );
      const elsewhere = await seed.token(admin, admin.personal);
      assert.equal((await session.get(`${tokens}/${elsewhere.id}`)).status, 404);
      const reader = await seed.token(admin, organization, { permissions: ["members:read"] });
      assert.equal((await reader.client.get(`${tokens}/${token.id}`)).body.code, "permission_denied");
    });

    it("revokes any member's token at once; repeating it returns the first receipt", async () => {
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
        const one = `${audit.tokens}/${audit.token.id}`;
        for (const send of [() => client.get(audit.tokens), () => client.get(one), () => client.delete(one)]) {
          await assertRefused(instance, audit.organization.id, send, [403, "policy_oversight"]);
        }
      }
      const list = await fixture("list");
      assert.equal((await list.session.get(list.tokens)).status, 200);
      const revoke = () => list.session.delete(`${list.tokens}/${list.token.id}`);
      await assertRefused(instance, list.organization.id, revoke, [403, "policy_oversight"]);
      assert.equal((await list.token.client.get("/api/whoami")).status, 200);
    });

    describe("finding tokens", () => {
      it("filters by state, owner, use, expiry and text, and sorts by each instant, in pages", async () => {
        const { owner, admin, organization, tokens, token, session } = await fixture();
        const now = instance.deps.clock();
        const day = 86_400_000;
        const soon = await seed.token(admin, organization, { name: "Soon", expiresAt: now + 5 * day });
        await seed.token(admin, organization, { name: "Old", createdAt: now - 100 * day });
        await seed.token(admin, organization, { name: "Ended", expiresAt: now - 1 });
        await seed.token(admin, admin.personal, { name: "Elsewhere" });
        await soon.client.get("/api/whoami");
        await instance.uses.flush();
        const found = async (query: string): Promise<readonly string[]> => {
          const { status, body } = await session.get(`${tokens}?${query}`);
          assert.equal(status, 200, JSON.stringify(body));
          return body.items.map(({ name }: { name: string }) => name);
        };
        assert.deepEqual(new Set(await found("state=active")), new Set(["Owner's own", "Soon", "Old"]));
        assert.deepEqual(await found("state=expired"), ["Ended"]);
        assert.deepEqual(await found("state=suspended"), []);
        assert.deepEqual(await found(`member=${owner.id}`), ["Owner's own"]);
        assert.deepEqual(await found("stale=true"), ["Old"]);
        assert.deepEqual(new Set(await found("neverUsed=true")), new Set(["Owner's own", "Old", "Ended"]));
        assert.deepEqual(await found("expiresWithinDays=7"), ["Soon"]);
        assert.deepEqual(await found("query=%20OWNER%27S%20"), ["Owner's own"]);
        assert.deepEqual(await found(`query=${encodeURIComponent(owner.email.toUpperCase())}`), ["Owner's own"]);
        assert.deepEqual((await found("sort=expires&order=ascending")).slice(0, 2), ["Ended", "Soon"]);
        assert.equal((await found("sort=lastUsed"))[0], "Soon");
        assert.equal((await found("sort=created&order=ascending"))[0], "Old");
        const names: string[] = [];
        let cursor: string | null = "";
        while (cursor !== null) {
          const page = await session.get(`${tokens}?sort=lastUsed&limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`);
          names.push(...page.body.items.map(({ name }: { name: string }) => name));
          cursor = page.body.nextCursor;
        }
        assert.deepEqual(names, await found("sort=lastUsed"));
        assert.equal(names.length, 4);
        await session.delete(`${tokens}/${token.id}`);
        assert.deepEqual(await found("state=revoked"), ["Owner's own"]);
        for (const bad of ["state=dead", "stale=yes", "expiresWithinDays=0", "sort=name", "unknown=1"]) {
          assert.equal((await session.get(`${tokens}?${bad}`)).status, 400, bad);
        }
      });

      it("finds what the policy blocks", async () => {
        const { organization, tokens, session, token } = await fixture();
        const { store } = instance.deps;
        const { policy } = (await store.reads.findOrganization(organization.id)) ?? assert.fail();
        await store.transaction((tx) => tx.setPolicy(organization.id, { ...policy, allowNoExpiry: false }));
        const { body } = await session.get(`${tokens}?state=blocked`);
        assert.deepEqual(
          body.items.map((item: Record<string, unknown>) => [item["id"], item["state"], item["blockedBy"]]),
          [[token.id, "blocked", "policy_no_expiry"]],
        );
        assert.deepEqual((await session.get(`${tokens}?state=active`)).body.items, []);
      });
    });

    describe("revoking many at once", () => {
      it("revokes all of them and records each; those revoked before keep their instant", async () => {
        const { admin, organization, tokens, token, session } = await fixture();
        const own = await seed.token(admin, organization);
        const first = await session.delete(`${tokens}/${own.id}`);
        instance.advance(1000);
        const { status, body } = await session.post(`${tokens}/revoke`, { ids: [token.id, own.id, token.id] });
        assert.deepEqual([status, body.revoked, body.tokens.length], [200, true, 2]);
        const endedAt = (id: string) => body.tokens.find((entry: { id: string }) => entry.id === id).at;
        assert.deepEqual([endedAt(token.id), endedAt(own.id)], [body.at, first.body.at]);
        assert.equal((await token.client.get("/api/whoami")).body.code, "token_revoked");
        const events = await changesIn(instance, organization.id);
        assert.deepEqual(
          new Set(events.map(({ action, target }) => `${action} ${target?.id}`)),
          new Set([`pat.revoked ${token.id}`, `pat.revoked ${own.id}`]),
        );
        assert.equal(events.length, 2);
      });

      it("revokes nothing when one is unknown or another organization's", async () => {
        const { admin, organization, tokens, token, session } = await fixture();
        const foreign = await seed.token(admin, admin.personal);
        for (const id of [foreign.id, `pat_${"0".repeat(32)}`]) {
          const revoke = () => session.post(`${tokens}/revoke`, { ids: [token.id, id] });
          await assertRefused(instance, organization.id, revoke, [404, "not_found"]);
        }
        assert.equal((await foreign.client.get("/api/whoami")).status, 200);
        assert.equal((await token.client.get("/api/whoami")).status, 200);
      });

      it("refuses callers without the permission, and anything but a list of 1 to 200 ids", async () => {
        const { owner, admin, organization, tokens, token, session } = await fixture();
        const member = await seed.person();
        await seed.member(organization, member, "member");
        const narrowed = await seed.token(admin, organization, { permissions: ["tokens:read"] });
        const key = await seed.apiKey(organization, owner, { role: "viewer" });
        const ids = [token.id];
        const refusals: readonly [Client, unknown, number, string][] = [
          [instance.client(), { ids }, 401, "credentials_missing"],
          [await seed.session(member, organization), { ids }, 403, "permission_denied"],
          [narrowed.client, { ids }, 403, "permission_denied"],
          [key.client, { ids }, 403, "permission_denied"],
          [await seed.session(await seed.person()), { ids }, 404, "not_found"],
          [session, { ids: [] }, 400, "field_invalid"],
          [session, { ids: Array.from({ length: 201 }, () => token.id) }, 400, "field_invalid"],
          [session, {}, 400, "field_invalid"],
        ];
        for (const [client, body, status, code] of refusals) {
          await assertRefused(instance, organization.id, () => client.post(`${tokens}/revoke`, body), [status, code]);
        }
        const list = await fixture("list");
        const revoke = () => list.session.post(`${list.tokens}/revoke`, { ids: [list.token.id] });
        await assertRefused(instance, list.organization.id, revoke, [403, "policy_oversight"]);
        const admins = await seed.token(admin, organization);
        assert.equal((await admins.client.post(`${tokens}/revoke`, { ids })).status, 200);
      });
    });

    describe("the export", () => {
      it("is a CSV of the list's fields, inert in a spreadsheet, and holds no secret", async () => {
        const { admin, organization, tokens, token, session } = await fixture();
        await seed.token(admin, organization, { name: '=HYPERLINK("https://evil.example","x")' });
        await token.client.with({ "User-Agent": "@SUM(1)" }).get("/api/whoami");
        await instance.uses.flush();
        const { status, headers, body } = await session.get(`${tokens}/export?state=active`);
        assert.equal(status, 200);
        assert.equal(headers.get("content-type"), "text/csv; charset=utf-8");
        assert.match(
          headers.get("content-disposition") ?? "",
          /^attachment; filename="personal-access-tokens-.*\.csv"$/,
        );
        assert.equal(headers.get("cache-control"), "no-store");
        const lines = String(body).trimEnd().split("\r\n");
        assert.equal(lines.length, 3);
        assert.match(lines[0] ?? "", /^id,name,prefix,owner_id,/);
        assert.ok(lines.some((line) => line.includes(`"'=HYPERLINK(""https://evil.example"",""x"")"`)));
        assert.ok(lines.some((line) => line.startsWith(token.id) && line.includes(",'@SUM(1),")));
        assert.ok(!String(body).includes(token.secret));
      });

      it("has every page", async () => {
        const { owner, organization, tokens, session } = await fixture();
        const { store, clock } = instance.deps;
        const { id: membershipId } = (await store.reads.findMembership(organization.id, owner.id)) ?? assert.fail();
        await store.transaction(async (tx) => {
          for (let i = 0; i < 1_100; i++) {
            const secret = newSecret("mm", "pat");
            await tx.insertToken({
              id: newId("token"),
              hash: hashSecret(secret),
              prefix: "mm_pat_000",
              name: `token ${i}`,
              userId: owner.id,
              organizationId: organization.id,
              membershipId,
              permissions: null,
              createdAt: clock(),
              expiresAt: null,
              replaces: null,
            });
          }
        });
        const { body } = await session.get(`${tokens}/export`);
        const ids = String(body)
          .trimEnd()
          .split("\r\n")
          .slice(1)
          .map((line) => line.split(",")[0]);
        assert.deepEqual([ids.length, new Set(ids).size], [1_101, 1_101]);
      });

      it("refuses callers that may not read tokens", async () => {
        const { owner, organization, tokens } = await fixture();
        const member = await seed.person();
        await seed.member(organization, member, "member");
        const key = await seed.apiKey(organization, owner, { role: "viewer" });
        const audit = await fixture("audit");
        const refusals: readonly [Client, string, number, string][] = [
          [instance.client(), tokens, 401, "credentials_missing"],
          [await seed.session(member, organization), tokens, 403, "permission_denied"],
          [key.client, tokens, 403, "permission_denied"],
          [await seed.session(await seed.person()), tokens, 404, "not_found"],
          [audit.session, audit.tokens, 403, "policy_oversight"],
        ];
        for (const [client, address, status, code] of refusals) {
          const reply = await client.get(`${address}/export`);
          assert.deepEqual([reply.status, reply.body.code], [status, code]);
        }
      });
    });
  });
}
