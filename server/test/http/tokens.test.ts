// The life of a token over HTTP: minted, read, renamed, replaced, revoked, dismissed; and who may do each.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { startInstance } from "../support/instance.ts";
import { type Person, Seed, type SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const TOKENS = "/api/personal-access-tokens";
const DAY_MS = 86_400_000;

describe("personal access tokens", () => {
  const { instance, seed } = withInstance();
  let owner: Person;
  let person: Person;
  let organization: SeededOrganization;

  before(async () => {
    owner = await seed.person();
    person = await seed.person();
    organization = await seed.organization(owner);
    await seed.member(organization, person, "member");
  });

  const countTokens = async (who: Person) =>
    (await instance.deps.store.reads.listTokensOfUser(who.id, null, { limit: 200, after: null })).items.length;

  it("mint returns the secret once, and it works for the organization in which it was minted", async () => {
    const session = await seed.session(person, organization);
    const minted = await session.post(TOKENS, { name: "MacBook CLI", expiresInDays: 30 });
    assert.equal(minted.status, 201);
    assert.match(minted.body.secret, /^mm_pat_[0-9a-f]{48}$/);
    const { token, secret } = minted.body;
    assert.equal(token.prefix, secret.slice(0, 10));
    assert.equal(token.organization.id, organization.id);
    assert.equal(token.permissions, null);
    assert.equal(Date.parse(token.expiresAt) - Date.parse(token.createdAt) <= 30 * DAY_MS, true);
    const identity = await instance.client().withBearer(secret).get("/api/whoami");
    assert.equal(identity.body.organization.id, organization.id);
    const listed = await session.get(TOKENS);
    assert.ok(!JSON.stringify(listed.body).includes(secret));
  });

  it("makes the token in the organization of the form, whatever is active in another tab", async () => {
    const session = await seed.session(person, person.personal);
    const minted = await session.post(TOKENS, { name: "pinned", expiresInDays: 7, organizationId: organization.id });
    assert.equal(minted.body.token.organization.id, organization.id);
    assert.equal((await session.put("/api/session/organization", { organizationId: person.personal.id })).status, 200);
    const identity = await instance.client().withBearer(minted.body.secret).get("/api/whoami");
    assert.equal(identity.body.organization.id, organization.id);
  });

  it("refuses bad input with its own code, and mints nothing", async () => {
    const session = await seed.session(person, organization);
    const before = await countTokens(person);
    const code = async (body: object) => {
      const reply = await session.post(TOKENS, body);
      return [reply.status, reply.body.code];
    };
    assert.deepEqual(await code({}), [400, "field_invalid"]);
    assert.deepEqual(await code({ name: "" }), [400, "name_invalid"]);
    assert.deepEqual(await code({ name: "a\u202Eb" }), [400, "name_invalid"]);
    assert.deepEqual(await code({ name: "x".repeat(101) }), [400, "name_invalid"]);
    assert.deepEqual(await code({ name: "a", expiresInDays: 0 }), [400, "expiry_invalid"]);
    assert.deepEqual(await code({ name: "a", expiresAt: "2001-01-01T00:00:00Z" }), [400, "expiry_invalid"]);
    assert.deepEqual(await code({ name: "a", permissions: [] }), [400, "permissions_empty"]);
    assert.deepEqual(await code({ name: "a", permissions: ["no:such"] }), [400, "permission_unknown"]);
    assert.deepEqual(await code({ name: "a", permissions: ["members:write"] }), [403, "permission_exceeds_role"]);
    assert.deepEqual(await code({ name: "a", scope: "x" }), [400, "field_unknown"]);
    assert.deepEqual(await code({ name: "a", organizationId: "org_00000000000000000000000000000000" }), [
      404,
      "not_found",
    ]);
    const other = await seed.organization(owner);
    assert.deepEqual(await code({ name: "a", organizationId: other.id }), [404, "not_found"]);
    assert.equal(await countTokens(person), before);
  });

  it("asks for the password again before it mints a token without expiry", async () => {
    const stale = await seed.session(person, organization, 16 * 60_000);
    const refused = await stale.post(TOKENS, { name: "forever" });
    assert.deepEqual([refused.status, refused.body.code], [403, "reauthentication_required"]);
    assert.equal((await stale.post(TOKENS, { name: "a month", expiresInDays: 30 })).status, 201);
    const fresh = await seed.session(person, organization);
    assert.equal((await fresh.post(TOKENS, { name: "forever" })).body.token.expiresAt, null);
  });

  it("lets no token do what needs a person", async () => {
    const token = await seed.token(owner, organization);
    const key = await seed.apiKey(organization, owner);
    const before = await countTokens(owner);
    for (const client of [token.client, key.client]) {
      for (const [method, path, body] of [
        ["POST", TOKENS, { name: "more" }],
        ["POST", `${TOKENS}/${token.id}/replace`, {}],
        ["PATCH", `${TOKENS}/${token.id}`, { name: "other" }],
        ["POST", `${TOKENS}/${token.id}/dismiss`, {}],
      ] as const) {
        const reply = await client.send(method, path, body);
        assert.deepEqual([reply.status, reply.body.code], [403, "session_required"], `${method} ${path}`);
      }
    }
    assert.equal(await countTokens(owner), before);
    assert.equal((await instance.deps.store.reads.findToken(token.id))?.dismissedAt, null);
    const refused = await key.client.get(TOKENS);
    assert.deepEqual([refused.status, refused.body.code], [403, "personal_credential_required"]);
  });

  it("shows a session all organizations, and a token its own", async () => {
    const here = await seed.token(person, organization);
    const elsewhere = await seed.token(person, person.personal);
    const ids = async (client: typeof here.client) =>
      (await client.get(`${TOKENS}?limit=200`)).body.items.map((item: { id: string }) => item.id);
    const bySession = await ids(await seed.session(person));
    assert.ok(bySession.includes(here.id) && bySession.includes(elsewhere.id));
    const byToken = await ids(here.client);
    assert.ok(byToken.includes(here.id) && !byToken.includes(elsewhere.id));
    assert.equal((await here.client.get(`${TOKENS}/${elsewhere.id}`)).status, 404);
    assert.equal((await here.client.get(`${TOKENS}/current`)).body.id, here.id);
    const other = await seed.session(owner, organization);
    const [foreign, unknown] = [
      await other.get(`${TOKENS}/${here.id}`),
      await other.get(`${TOKENS}/pat_${"0".repeat(32)}`),
    ];
    assert.equal(foreign.status, 404);
    assert.equal(foreign.body.detail, unknown.body.detail);
  });

  it("shows its last use, and what the policy lets AI clients do with it", async () => {
    const acme = await seed.organization(owner);
    const token = await seed.token(owner, acme);
    const session = await seed.session(owner, acme);
    const shown = async (): Promise<readonly unknown[]> => {
      await instance.uses.flush();
      const { body } = await session.get(`${TOKENS}/${token.id}`);
      return [body.lastUsedRoute, body.mcp];
    };
    assert.deepEqual(await shown(), [null, "read-write"]);
    await token.client.get("/api/whoami");
    assert.deepEqual(await shown(), ["mintmark whoami", "read-write"]);
    const path = `/api/organizations/${acme.id}/token-policy`;
    const { body: policy } = await session.get(path);
    await session.put(path, { ...policy, mcp: "off" });
    const called = await token.client.post("/mcp", { jsonrpc: "2.0", id: 1, method: "tools/list" });
    assert.equal(called.body.code, "policy_mcp");
    assert.deepEqual(await shown(), ["mintmark mcp", "off"]);
  });

  it("a revocation is in force when it returns; a repetition returns the first receipt, and the token says why", async () => {
    const session = await seed.session(person, organization);
    const token = await seed.token(person, organization);
    assert.equal((await token.client.get("/api/whoami")).status, 200);
    const receipt = await session.delete(`${TOKENS}/${token.id}`);
    assert.equal(receipt.status, 200);
    assert.equal(receipt.body.revoked, true);
    const next = await token.client.get("/api/whoami");
    assert.deepEqual([next.status, next.body.code], [401, "token_revoked"]);
    instance.advance(1000);
    assert.deepEqual((await session.delete(`${TOKENS}/${token.id}`)).body, receipt.body);
    const shown = (await session.get(`${TOKENS}/${token.id}`)).body;
    assert.equal(shown.state, "revoked");
    assert.equal(shown.revokedBy.id, person.id);
  });

  it("lets a read-only token revoke itself and no other", async () => {
    const reader = await seed.token(person, organization, { permissions: ["organization:read"] });
    const sibling = await seed.token(person, organization);
    const refused = await reader.client.delete(`${TOKENS}/${sibling.id}`);
    assert.deepEqual([refused.status, refused.body.code], [403, "permission_denied"]);
    assert.equal((await sibling.client.get("/api/whoami")).status, 200);
    assert.equal((await sibling.client.delete(`${TOKENS}/${reader.id}`)).status, 200);
    assert.equal((await reader.client.get("/api/whoami")).body.code, "token_revoked");
    assert.equal((await sibling.client.delete(`${TOKENS}/current`)).status, 200);
    assert.equal((await sibling.client.get("/api/whoami")).body.code, "token_revoked");
  });

  it("renames, and changes nothing else", async () => {
    const session = await seed.session(person, organization);
    const token = await seed.token(person, organization);
    assert.equal((await session.patch(`${TOKENS}/${token.id}`, { name: "New name" })).body.name, "New name");
    const immutable = await session.patch(`${TOKENS}/${token.id}`, { permissions: ["members:read"] });
    assert.deepEqual([immutable.status, immutable.body.code], [405, "token_immutable"]);
    assert.equal((await instance.deps.store.reads.findToken(token.id))?.permissions, null);
  });

  it("renames no revoked token: a removed member writes nothing more into the organization's log", async () => {
    const session = await seed.session(person, organization);
    const token = await seed.token(person, organization, { name: "Old name" });
    await session.delete(`${TOKENS}/${token.id}`);
    const refused = await session.patch(`${TOKENS}/${token.id}`, { name: "Whatever I like" });
    assert.deepEqual([refused.status, refused.body.code], [409, "credential_not_active"]);
    assert.equal((await instance.deps.store.reads.findToken(token.id))?.name, "Old name");
  });

  it("replaces with an equal token, leaves the old one active, and says which it replaces", async () => {
    const session = await seed.session(person, organization);
    const now = instance.deps.clock();
    const old = await seed.token(person, organization, {
      name: "CI",
      permissions: ["members:read"],
      createdAt: now - 5 * DAY_MS,
      expiresAt: now + 25 * DAY_MS,
    });
    const { status, body } = await session.post(`${TOKENS}/${old.id}/replace`);
    assert.equal(status, 201);
    assert.equal(body.token.replaces, old.id);
    assert.deepEqual(body.token.permissions, ["members:read"]);
    const duration = Date.parse(body.token.expiresAt) - Date.parse(body.token.createdAt);
    assert.ok(Math.abs(duration - 30 * DAY_MS) < 60_000);
    assert.equal((await old.client.get("/api/whoami")).status, 200);
    await session.delete(`${TOKENS}/${old.id}`);
    const again = await session.post(`${TOKENS}/${old.id}/replace`);
    assert.deepEqual([again.status, again.body.code], [409, "credential_not_active"]);
  });

  it("dismisses only what has ended", async () => {
    const session = await seed.session(person, organization);
    const token = await seed.token(person, organization);
    const refused = await session.post(`${TOKENS}/${token.id}/dismiss`);
    assert.deepEqual([refused.status, refused.body.code], [409, "credential_active"]);
    await session.delete(`${TOKENS}/${token.id}`);
    assert.equal((await session.post(`${TOKENS}/${token.id}/dismiss`)).status, 200);
    const ids = (await session.get(`${TOKENS}?limit=200`)).body.items.map((item: { id: string }) => item.id);
    assert.ok(!ids.includes(token.id));
    assert.equal((await token.client.get("/api/whoami")).body.code, "token_revoked");
  });

  it("pages through a list without a gap or a repetition", async () => {
    const many = await seed.person();
    const wanted = [];
    for (let i = 0; i < 7; i++)
      wanted.push((await seed.token(many, many.personal, { createdAt: 1_700_000_000_000 })).id);
    const session = await seed.session(many);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { items: { id: string }[]; nextCursor: string | null } = (
        await session.get(`${TOKENS}?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`)
      ).body;
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
    }
    assert.deepEqual(seen.toSorted(), wanted.toSorted());
    assert.equal((await session.get(`${TOKENS}?cursor=xyz`)).body.code, "cursor_invalid");
    assert.equal((await session.get(`${TOKENS}?limit=0`)).status, 400);
  });

  it("refuses requests that another site makes the browser send", async () => {
    const session = await seed.session(person, organization);
    const before = await countTokens(person);
    for (const headers of [{ "Sec-Fetch-Site": "cross-site" }, { "Sec-Fetch-Site": "same-site" }]) {
      const reply = await session.with(headers).post(TOKENS, { name: "forged", expiresInDays: 7 });
      assert.deepEqual([reply.status, reply.body.code], [403, "cross_site_request"]);
    }
    assert.equal(await countTokens(person), before);
  });

  it("mints a limited number a minute for each user", async () => {
    const limited = await startInstance({ env: { MINTMARK_MINT_LIMIT: "3" } });
    try {
      const seeded = new Seed(limited);
      const someone = await seeded.person();
      const session = await seeded.session(someone);
      for (let i = 0; i < 3; i++)
        assert.equal((await session.post(TOKENS, { name: "a", expiresInDays: 7 })).status, 201);
      const refused = await session.post(TOKENS, { name: "a", expiresInDays: 7 });
      assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
      assert.ok(Number(refused.headers.get("retry-after")) > 0);
      limited.advance(61_000);
      assert.equal((await session.post(TOKENS, { name: "a", expiresInDays: 7 })).status, 201);
    } finally {
      await limited.close();
    }
  });
});
