// Many things of the host's directory over HTTP: lists, batches, all members at once, and the external ids that a path holds.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "../../src/secrets/generate.ts";
import { directoryHost, memberWithToken, refusalOf } from "../support/directory-host.ts";
import type { Reply } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import { assertProblem } from "../support/accounts.ts";
import type { SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

for (const engine of ENGINES) {
  describe(`many things of the directory on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    const reads = () => instance.deps.store.reads;

    const countEvents = async (): Promise<number> =>
      (await reads().listAuditEvents({ from: 0 }, { limit: 200, after: null })).items.length;

    it("accepts every external id of printable ASCII in a path, and refuses others", async () => {
      const shop = await directoryHost(seed);
      const odd = [
        "a/b",
        "a%2Fb",
        "%2F",
        "%",
        "auth0|abc",
        "a b",
        "...",
        "~",
        "a?b#c&d=e",
        `"q"`,
        "\\",
        "+",
        "x".repeat(128),
      ];
      await shop.organization("o/1");
      for (const id of odd) {
        const created = await shop.user(id, { email: `${newId("user")}@example.com` });
        assert.equal(created.status, 200, id);
        assert.equal(created.body.externalId, id);
        assert.equal((await shop.client.get(shop.path("users", id))).body.externalId, id);
        assert.equal((await shop.member("o/1", id)).status, 200, id);
        assert.equal((await shop.remove(["organizations", "o/1", "members", id])).body.changed, true, id);
        assert.equal((await shop.remove(["users", id])).body.changed, true, id);
      }
      for (const id of ["é", "x".repeat(129), " a", "a ", "a\u0000", "a\nb"])
        assertProblem(await shop.user(id), 400, "field_invalid");
      // Clients take these out of a path, so a user with such an id could never be deleted.
      for (const user of [".", ".."]) {
        const email = `${newId("user")}@example.com`;
        const changes = [{ type: "user.put", user, name: "Dots", email }];
        assertProblem(await shop.client.post("/api/manage/batch", { changes }), 400, "field_invalid");
        const members = [{ externalId: user, role: "member" }];
        assertProblem(
          await shop.client.put(shop.path("organizations", "o/1") + "/members", { members }),
          400,
          "field_invalid",
        );
        assert.equal(await reads().findUserByEmail(email), null);
      }
    });

    it("lists and finds both ways, page by page, and only what its source keeps", async () => {
      const shop = await directoryHost(seed);
      const ids: string[] = [];
      for (const id of ["u1", "u2", "u3"]) ids.push((await shop.user(id)).body.id);
      const organization = await shop.organization("o1");
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const { body }: Reply = await shop.client.get(
          `/api/manage/users?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`,
        );
        seen.push(...body.items.map((user: { externalId: string }) => user.externalId));
        cursor = body.nextCursor;
      } while (cursor !== null);
      assert.deepEqual(seen.toSorted(), ["u1", "u2", "u3"]);
      const byId = await shop.client.get(`/api/manage/users?id=${ids[1]}`);
      assert.deepEqual(
        byId.body.items.map((user: { externalId: string }) => user.externalId),
        ["u2"],
      );
      const found = await shop.client.get(`/api/manage/users?query=${encodeURIComponent("user u3")}`);
      assert.deepEqual(
        found.body.items.map((user: { externalId: string }) => user.externalId),
        ["u3"],
      );
      const organizations = await shop.client.get(`/api/manage/organizations?id=${organization.body.id}`);
      assert.equal(organizations.body.items[0].externalId, "o1");
      const other = await directoryHost(seed);
      for (const path of [`users?id=${ids[1]}`, "users", `organizations?id=${organization.body.id}`, "organizations"])
        assert.deepEqual((await other.client.get(`/api/manage/${path}`)).body.items, []);
      assertProblem(await other.client.get(other.path("organizations", "o1") + "/members"), 404, "not_found");
    });

    it("makes the changes of a batch in order, each with its result", async () => {
      const shop = await directoryHost(seed);
      const email = shop.mail;
      const changes = [
        { type: "organization.put", organization: "o1", name: "One" },
        { type: "user.put", user: "u1", name: "Ada", email: email("u1") },
        { type: "member.put", organization: "o1", user: "u1", role: "admin" },
        { type: "member.put", organization: "o1", user: "nobody", role: "admin" },
        { type: "user.put", user: "u2", name: "Bob", email: email("u1") },
        { type: "user.put", user: "u3", name: "Eve", email: "no address" },
        { type: "member.put", organization: "o1", user: "u1", role: "pope" },
        { type: "user.put", user: "u1", name: "Ada", email: email("u1") },
        { type: "user.put", user: "u1", name: "Ada King", email: email("u1") },
        { type: "member.put", organization: "o1", user: "u1", role: "viewer" },
        { type: "member.delete", organization: "o1", user: "u1" },
        { type: "user.delete", user: "u4" },
        { type: "organization.delete", organization: "o1" },
      ];
      const { body } = await shop.client.post("/api/manage/batch", { changes });
      const outcome = (result: { status: number; changed?: boolean; code?: string }): string =>
        result.code ?? (result.changed === true ? "changed" : "same");
      assert.deepEqual(body.results.map(outcome), [
        "changed",
        "changed",
        "changed",
        "external_id_unknown",
        "email_taken",
        "email_invalid",
        "role_unknown",
        "same",
        "changed",
        "changed",
        "changed",
        "same",
        "changed",
      ]);
      assert.deepEqual(body.results.map(({ status }: { status: number }) => status).slice(3, 7), [404, 409, 400, 400]);
      const many = { changes: Array.from({ length: 1001 }, () => changes[0]) };
      assertProblem(await shop.client.post("/api/manage/batch", many), 400, "field_invalid");
      assertProblem(
        await shop.client.post("/api/manage/batch", { changes: [{ type: "pat.mint" }] }),
        400,
        "field_invalid",
      );
    });

    it("sets all members of an organization, and refuses to remove more than allowed", async () => {
      const shop = await directoryHost(seed);
      const tokens = new Map<string, Awaited<ReturnType<typeof memberWithToken>>>();
      for (const id of ["u1", "u2", "u3", "u4", "u5"]) tokens.set(id, await memberWithToken(seed, shop, "o1", id));
      await shop.user("u6");
      const local = await seed.person();
      await seed.member(tokens.get("u1")?.where as SeededOrganization, local, "owner");
      const path = `${shop.path("organizations", "o1")}/members`;
      const members = [
        { externalId: "u1", role: "admin" },
        { externalId: "u6", role: "member", suspended: true },
      ];
      const refused = await shop.client.put(path, { members });
      assertProblem(refused, 409, "removals_exceeded");
      assert.deepEqual(
        refused.body.tokens.map(({ userExternalId }: { userExternalId: string }) => userExternalId).toSorted(),
        ["u2", "u3", "u4", "u5"],
      );
      const before = await countEvents();
      const dry = await shop.client.put(path, { members, dryRun: true });
      const { added, updated, removed, unchanged, tokenCount, changed } = dry.body;
      assert.deepEqual([added, updated, removed, unchanged, tokenCount, changed], [1, 1, 4, 0, 4, false]);
      assert.equal(await countEvents(), before);
      for (const { token } of tokens.values()) assert.equal(await refusalOf(token), "ok");

      const set = await shop.client.put(path, { members, maxRemovals: 4 });
      assert.deepEqual([set.body.added, set.body.updated, set.body.removed, set.body.changed], [1, 1, 4, true]);
      for (const [id, { token }] of tokens) assert.equal(await refusalOf(token), id === "u1" ? "ok" : "member_removed");
      const list = await shop.client.get(path);
      const roles = list.body.items.map((item: { user: { externalId: string | null }; role: string }) => [
        item.user.externalId,
        item.role,
      ]);
      assert.deepEqual(
        new Map(roles),
        new Map([
          ["u1", "admin"],
          ["u6", "member"],
          [null, "owner"],
        ]),
      );
      const again = await shop.client.put(path, { members });
      assert.deepEqual([again.body.changed, again.body.unchanged], [false, 2]);
      assertProblem(await shop.client.put(path, { members: [...members, members[0]] }), 400, "field_invalid");
      assertProblem(
        await shop.client.put(path, { members: [{ externalId: "nobody", role: "member" }] }),
        404,
        "external_id_unknown",
      );
    });

    it("compares the version of a list with those of its members", async () => {
      const shop = await directoryHost(seed);
      for (const id of ["u1", "u2", "u3"]) await memberWithToken(seed, shop, "o1", id);
      await shop.member("o1", "u2", { version: 20 });
      const path = `${shop.path("organizations", "o1")}/members`;
      const set = await shop.client.put(path, { members: [{ externalId: "u1", role: "member" }], version: 10 });
      assert.deepEqual([set.body.removed, set.body.unchanged], [1, 1], "u2 is newer than the list, and stays");
      assert.equal((await shop.member("o1", "u3", { version: 9 })).body.stale, true);
      assert.equal((await shop.remove(["organizations", "o1", "members", "u1"], { version: 9 })).body.stale, true);
      const older = await shop.client.put(path, { members: [], version: 9, maxRemovals: 9 });
      assert.deepEqual([older.body.stale, older.body.changed], [true, false]);
      assert.equal((await shop.member("o1", "u3", { version: 11 })).body.changed, true);
      // Nothing would be removed, so nothing is refused or counted.
      await shop.member("o1", "u3", { role: "viewer" });
      for (const rest of [{ maxRemovals: 0 }, { dryRun: true }]) {
        const late = (await shop.client.put(path, { members: [], version: 9, ...rest })).body;
        assert.deepEqual([late.stale, late.removed, late.unchanged], [true, 0, 3]);
      }
    });

    it("refuses every other credential, and a key that was revoked", async () => {
      const shop = await directoryHost(seed);
      await shop.user("u1");
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const token = await seed.token(owner, organization);
      assertProblem(await token.client.put(shop.path("users", "u9"), {}), 403, "management_key_required");
      const reader = await seed.managementKey({ source: shop.source, scopes: ["directory:read"] });
      assertProblem(await reader.client.delete(shop.path("users", "u1")), 403, "scope_missing");
      assert.equal((await reader.client.get(shop.path("users", "u1"))).status, 200);
      const by = { kind: "system", id: "test", name: "Test" } as const;
      await instance.deps.store.transaction((tx) =>
        tx.revokeManagementKey(shop.key.id, { at: instance.deps.clock(), by, reason: "admin" }),
      );
      assertProblem(await shop.user("u2"), 401, "token_revoked");
      assert.equal(await reads().findUserByExternalId({ source: shop.source, id: "u2" }), null);
    });
  });
}
