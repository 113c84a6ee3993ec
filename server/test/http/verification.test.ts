// Every verdict on a credential has its own code, which is the same on every transport.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ErrorCode, formatSecret } from "@mintmark/core";
import { noteExpiries } from "../../src/use-cases/token/token.ts";
import { ENGINES } from "../support/instance.ts";
import { withInstance } from "../support/with-instance.ts";

const DAY_MS = 86_400_000;

for (const engine of ENGINES) {
  describe(`verification on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    const system = { kind: "system", id: "test", name: "test" } as const;

    /** The code that every transport returns for this secret. */
    async function codeOf(secret: string): Promise<ErrorCode | "ok"> {
      const client = instance.client();
      const bearer = await client.withBearer(secret).get("/api/whoami");
      const apiKey = await client.withApiKey(secret).get("/api/whoami");
      const proxy = await client.withBearer(secret).get("/forward-auth");
      const service = await seed.service(await seed.person());
      const verify = await service.client.post("/api/verify", { token: secret });
      const codes = new Set([
        bearer.body?.code ?? "ok",
        apiKey.body?.code ?? "ok",
        proxy.body?.code ?? "ok",
        verify.body.active ? "ok" : verify.body.code,
      ]);
      assert.equal(codes.size, 1, `transports disagree: ${[...codes].join(", ")}`);
      if (!codes.has("ok")) {
        assert.equal(bearer.status, 401);
        assert.equal(proxy.status, 401);
        assert.match(bearer.headers.get("www-authenticate") ?? "", /error="invalid_token"/);
        assert.ok(!JSON.stringify([bearer.body, proxy.body, verify.body]).includes(secret));
      }
      return [...codes][0] as ErrorCode | "ok";
    }

    async function fixture() {
      const owner = await seed.person();
      const person = await seed.person();
      const organization = await seed.organization(owner);
      const membershipId = await seed.member(organization, person, "member");
      return { owner, person, organization, membershipId };
    }

    it("returns the token's principal, with its present authority", async () => {
      const { person, organization } = await fixture();
      const token = await seed.token(person, organization, { permissions: ["organization:read", "members:read"] });
      const { status, body } = await token.client.get("/api/whoami");
      assert.equal(status, 200);
      const { id, name, email } = person;
      assert.deepEqual(body.user, { id, name, email, emailVerified: false, externalId: null });
      assert.deepEqual(body.organization, {
        id: organization.id,
        name: organization.name,
        personal: false,
        externalId: null,
      });
      assert.equal(body.role, "member");
      assert.deepEqual(body.permissions, ["organization:read", "members:read"]);
      assert.equal(body.credential.id, token.id);
    });

    it("refuses junk without a lookup, each with its own code", async () => {
      assert.equal(await codeOf("nonsense"), "token_malformed");
      assert.equal(await codeOf(`zz_pat_${"0".repeat(48)}`), "token_wrong_issuer");
      const { person, organization } = await fixture();
      const { secret } = await seed.token(person, organization);
      const flipped = secret.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
      assert.equal(await codeOf(flipped), "token_checksum_mismatch");
    });

    it("distinguishes an unknown token from a known one", async () => {
      assert.equal(await codeOf(formatSecret("mm", "pat", new Uint8Array(20)).expose()), "token_unknown");
    });

    it("refuses for a present reason, and accepts again when the reason has ended", async () => {
      const { person, organization, membershipId, owner } = await fixture();
      const { secret } = await seed.token(person, organization);
      const { store, clock } = instance.deps;
      assert.equal(await codeOf(secret), "ok");
      await store.transaction((tx) => tx.suspendMembership(membershipId, clock(), owner.id));
      assert.equal(await codeOf(secret), "member_suspended");
      await store.transaction((tx) => tx.reinstateMembership(membershipId));
      assert.equal(await codeOf(secret), "ok");
      await store.transaction((tx) => tx.suspendUser(person.id, clock(), owner.id));
      assert.equal(await codeOf(secret), "user_suspended");
      await store.transaction((tx) => tx.reinstateUser(person.id));
      assert.equal(await codeOf(secret), "ok");
      await store.transaction((tx) => tx.endMembership(membershipId, clock(), owner.id));
      assert.equal(await codeOf(secret), "member_removed");
    });

    it("gives the reason of a revocation, which outranks expiry and suspension", async () => {
      const { person, organization, owner } = await fixture();
      const { store, clock } = instance.deps;
      for (const [reason, code] of [
        ["self", "token_revoked"],
        ["admin", "token_revoked"],
        ["member_removed", "member_removed"],
        ["organization_deleted", "organization_deleted"],
        ["user_deleted", "user_deleted"],
      ] as const) {
        const { id, secret } = await seed.token(person, organization, { expiresAt: clock() + 1 });
        await store.transaction((tx) => tx.revokeToken(id, { at: clock(), by: system, reason }));
        await store.transaction((tx) => tx.suspendUser(person.id, clock(), owner.id));
        assert.equal(await codeOf(secret), code);
        await store.transaction((tx) => tx.reinstateUser(person.id));
      }
    });

    it("refuses an expired token at the very instant of its expiry", async () => {
      const { person, organization } = await fixture();
      const { secret } = await seed.token(person, organization, {
        createdAt: instance.deps.clock() - DAY_MS,
        expiresAt: instance.deps.clock(),
      });
      assert.equal(await codeOf(secret), "token_expired");
    });

    it("records an expiry once, however many replicas see it", async () => {
      const { person, organization } = await fixture();
      const { deps } = instance;
      const token = await seed.token(person, organization, { createdAt: 1, expiresAt: deps.clock() - 1 });
      const key = await seed.apiKey(organization, person, { expiresAt: deps.clock() - 1 });
      const living = await seed.token(person, organization, { expiresAt: deps.clock() + DAY_MS });
      await Promise.all([noteExpiries(deps), noteExpiries(deps), noteExpiries(deps)]);
      const count = async (credentialId: string) =>
        (await deps.store.reads.listAuditEvents({ credentialId }, { limit: 10, after: null })).items.filter((event) =>
          event.action.endsWith(".expired"),
        ).length;
      assert.deepEqual([await count(token.id), await count(key.id), await count(living.id)], [1, 1, 0]);
    });

    it("applies a tightened policy to existing tokens at once", async () => {
      const { person, organization } = await fixture();
      const { store, clock } = instance.deps;
      const { secret } = await seed.token(person, organization, { createdAt: clock() - 10 * DAY_MS });
      const policy = (await store.reads.findOrganization(organization.id))?.policy;
      assert.ok(policy);
      const under = async (change: Partial<typeof policy>) => {
        await store.transaction((tx) => tx.setPolicy(organization.id, { ...policy, ...change }));
        return codeOf(secret);
      };
      assert.equal(await under({ maxLifetimeDays: 9 }), "policy_lifetime");
      assert.equal(await under({ allowNoExpiry: false }), "policy_no_expiry");
      assert.equal(await under({ networks: ["203.0.113.0/24"] }), "policy_network");
      assert.equal(await under({ idleDays: 9 }), "policy_idle");
      assert.equal(await under({ networks: null }), "ok");
    });

    it("keeps a narrowed token inside role, list and ceiling at once", async () => {
      const { person, organization, membershipId } = await fixture();
      const { store } = instance.deps;
      const token = await seed.token(person, organization, { permissions: ["members:read", "members:write"] });
      const permissions = async () => (await token.client.get("/api/whoami")).body.permissions;
      assert.deepEqual(await permissions(), ["members:read"]);
      await store.transaction((tx) => tx.setMemberRole(membershipId, "admin"));
      assert.deepEqual(await permissions(), ["members:read", "members:write"]);
      const policy = (await store.reads.findOrganization(organization.id))?.policy;
      assert.ok(policy);
      await store.transaction((tx) => tx.setPolicy(organization.id, { ...policy, ceiling: { kind: "read-only" } }));
      assert.deepEqual(await permissions(), ["members:read"]);
    });

    it("takes exactly one credential, in exactly two forms", async () => {
      const { person, organization } = await fixture();
      const { secret } = await seed.token(person, organization);
      const ask = async (headers: Record<string, string>) => {
        const reply = await instance.client().with(headers).get("/api/whoami");
        return [reply.status, reply.body.code];
      };
      assert.deepEqual(await ask({}), [401, "credentials_missing"]);
      assert.deepEqual(await ask({ Authorization: `Bearer ${secret}`, "X-API-Key": secret }), [
        400,
        "credentials_multiple",
      ]);
      assert.deepEqual(await ask({ Authorization: `Basic ${btoa(`x:${secret}`)}` }), [401, "scheme_unsupported"]);
      assert.deepEqual(await ask({ Authorization: "Bearer" }), [400, "credentials_malformed"]);
      assert.deepEqual(await ask({ Authorization: `Bearer ${secret}, Bearer ${secret}` }), [
        400,
        "credentials_malformed",
      ]);
      const inUrl = await instance.client().get(`/api/whoami?access_token=${secret}`);
      assert.deepEqual([inUrl.status, inUrl.body.code], [400, "token_in_url"]);
      const missing = await instance.client().get("/api/whoami");
      assert.equal(missing.headers.get("www-authenticate"), 'Bearer realm="mintmark"');
    });

    it("counts uses, and records the first one before the response", async () => {
      const { person, organization } = await fixture();
      const token = await seed.token(person, organization);
      await token.client.get("/api/whoami");
      const events = await instance.deps.store.reads.listAuditEvents(
        { credentialId: token.id, actions: ["pat.used"] },
        { limit: 10, after: null },
      );
      assert.equal(events.items.length, 1);
      assert.equal(events.items[0]?.details["firstOfDay"], true);
      await token.client.get("/api/whoami");
      await token.client.with({ "User-Agent": "another" }).get("/api/whoami");
      await instance.uses.flush();
      const record = await instance.deps.store.reads.findToken(token.id);
      assert.equal(record?.useCount, 3);
      assert.equal(record.lastUsedUserAgent, "another");
      const after = await instance.deps.store.reads.listAuditEvents(
        { credentialId: token.id, actions: ["pat.used"] },
        { limit: 10, after: null },
      );
      assert.equal(after.items.length, 2);
    });

    it("verifies many credentials in one request, each as a request for it alone would", async () => {
      const { owner, person, organization } = await fixture();
      const { client } = await seed.service(owner);
      const whole = await seed.token(person, organization);
      const narrow = await seed.token(person, organization, { permissions: ["organization:read"] });
      const revoked = await seed.token(person, organization);
      const key = await seed.apiKey(organization, owner);
      await revoked.client.delete("/api/personal-access-tokens/current");
      const questions = [
        { token: whole.secret, ip: "203.0.113.7", userAgent: "agent-1", method: "GET", path: "/scans/7f3c" },
        { token: narrow.secret, permission: "members:read" },
        { token: revoked.secret },
        { token: "a.token.of.another.issuer" },
        { token: key.secret },
        { token: `Bearer ${whole.secret}`, permission: "members:read" },
      ];
      const { status, body } = await client.post("/api/verify", { requests: questions });
      assert.equal(status, 200);
      // The first use of the day is on record before the answer, and each use is counted.
      const used = await instance.deps.store.reads.listAuditEvents(
        { credentialId: whole.id, actions: ["pat.used"] },
        { limit: 10, after: null },
      );
      assert.ok(used.items.some(({ details, ip }) => details["firstOfDay"] === true && ip === "203.0.113.7"));
      await instance.uses.flush();
      const counted = await instance.deps.store.reads.findToken(whole.id);
      assert.equal(counted?.useCount, 2);
      const alone = await Promise.all(
        questions.map(async (question) => (await client.post("/api/verify", question)).body as unknown),
      );
      assert.deepEqual(body, { results: alone });
      const codes = (body.results as readonly { code?: string }[]).map(({ code }) => code ?? "active");
      assert.deepEqual(codes, ["active", "permission_denied", "token_revoked", "token_malformed", "active", "active"]);
    });

    it("refuses a request for many as a whole when it is not valid, and uses no token", async () => {
      const { owner, person, organization } = await fixture();
      const { client } = await seed.service(owner);
      const token = await seed.token(person, organization);
      const one = { token: token.secret };
      const wrong: readonly (readonly [string, unknown, string?])[] = [
        ["field_invalid", {}, "token"],
        ["field_invalid", { requests: [] }, "requests"],
        ["field_invalid", { requests: Array.from({ length: 101 }, () => one) }, "requests"],
        ["field_invalid", { ...one, requests: [one] }, "requests"],
        ["field_invalid", { requests: [one], permission: "members:read" }, "requests"],
        ["field_invalid", { requests: [one, { ...one, ip: "here" }] }, "requests.1.ip"],
        ["field_invalid", { requests: [one, {}] }, "requests.1.token"],
        ["field_unknown", { requests: [one, { ...one, tokn: "" }] }, "tokn"],
      ];
      for (const [code, sent, field] of wrong) {
        const { status, body } = await client.post("/api/verify", sent);
        assert.deepEqual(
          [status, body.code, body.errors[0].field],
          [400, code, field],
          JSON.stringify(sent).slice(0, 80),
        );
      }
      const large = { requests: Array.from({ length: 100 }, () => ({ token: "x".repeat(6_000) })) };
      assert.deepEqual((await client.post("/api/verify", large)).body.code, "body_too_large");
      const foreign = { requests: Array.from({ length: 100 }, () => ({ token: "x".repeat(4_000) })) };
      assert.equal((await client.post("/api/verify", foreign)).body.results.length, 100);
      await instance.uses.flush();
      assert.equal((await instance.deps.store.reads.findToken(token.id))?.useCount, 0);
    });

    it("records a denied use of a full secret once a minute and code", async () => {
      const { person, organization } = await fixture();
      const token = await seed.token(person, organization);
      await instance.deps.store.transaction((tx) =>
        tx.revokeToken(token.id, { at: instance.deps.clock(), by: system, reason: "self" }),
      );
      for (let i = 0; i < 3; i++) await token.client.get("/api/whoami");
      await instance.uses.flush();
      const events = await instance.deps.store.reads.listAuditEvents(
        { credentialId: token.id, actions: ["pat.denied"] },
        { limit: 10, after: null },
      );
      assert.equal(events.items.length, 1);
      assert.deepEqual(events.items[0]?.details, { code: "token_revoked" });
    });
  });
}
