// The verifier in memory, as an adopter's tests use it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createVerifier } from "../src/index.ts";
import { createTestVerifier } from "../src/testing.ts";

const codeOf = async (verifier: ReturnType<typeof createTestVerifier>, token: string): Promise<string> => {
  const verification = await verifier.verify(token);
  return verification.ok ? "ok" : verification.code;
};

describe("the verifier in memory", () => {
  it("verifies a token with the permissions, user and organization that the test gave it", async () => {
    const mintmark = createTestVerifier();
    const token = mintmark.createToken({
      permissions: ["scans:read"],
      user: { externalId: "42", name: "Ada" },
      organization: { externalId: "northwind" },
    });
    const caller = await mintmark.verify(new Headers({ Authorization: `Bearer ${token}` }));
    assert.ok(caller.ok);
    assert.deepEqual([caller.can("scans:read"), caller.can("scans:run")], [true, false]);
    assert.deepEqual(caller.principal.permissions, ["scans:read"]);
    assert.deepEqual([caller.principal.user?.externalId, caller.principal.user?.name], ["42", "Ada"]);
    assert.equal(caller.principal.organization.externalId, "northwind");
    assert.equal(caller.forbidden("scans:run").toResponse().status, 403);
  });

  it("refuses a revoked token at the very next call", async () => {
    const mintmark = createTestVerifier();
    const token = mintmark.createToken();
    assert.equal(await codeOf(mintmark, token), "ok");
    mintmark.revoke(token);
    assert.equal(await codeOf(mintmark, token), "token_revoked");
  });

  it("ends every token of a removed member, and no token of theirs elsewhere", async () => {
    const mintmark = createTestVerifier();
    const user = { externalId: "42" };
    const [one, two, elsewhere, colleague] = [
      mintmark.createToken({ user, organization: { name: "Northwind" } }),
      mintmark.createToken({ user, organization: { name: "Northwind" } }),
      mintmark.createToken({ user, organization: { name: "Contoso" } }),
      mintmark.createToken({ user: { externalId: "43" }, organization: { name: "Northwind" } }),
    ];
    mintmark.removeMember(one);
    assert.deepEqual(await Promise.all([one, two, elsewhere, colleague].map((token) => codeOf(mintmark, token))), [
      "member_removed",
      "member_removed",
      "ok",
      "ok",
    ]);
  });

  it("brings a token into every state", async () => {
    const mintmark = createTestVerifier();
    const state = async (bring: (token: string) => void): Promise<string> => {
      const token = mintmark.createToken({
        user: { id: crypto.randomUUID() },
        organization: { id: crypto.randomUUID() },
      });
      bring(token);
      return codeOf(mintmark, token);
    };
    const { suspendMember, reinstateMember, suspendUser, reinstateUser, deleteUser, deleteOrganization } = mintmark;
    assert.equal(await state(suspendMember), "member_suspended");
    assert.equal(await state((token) => (suspendMember(token), reinstateMember(token))), "ok");
    assert.equal(await state(suspendUser), "user_suspended");
    assert.equal(await state((token) => (suspendUser(token), reinstateUser(token))), "ok");
    assert.equal(await state(deleteUser), "user_deleted");
    assert.equal(await state(deleteOrganization), "organization_deleted");
    assert.equal(await state((token) => mintmark.setPolicy(token, { allowNoExpiry: false })), "policy_no_expiry");
    assert.equal(await state((token) => mintmark.setPolicy(token, { networks: ["10.0.0.0/8"] })), "policy_network");
  });

  it("follows its clock", async () => {
    let now = Date.parse("2026-12-01T00:00:00Z");
    const mintmark = createTestVerifier({ now: () => now });
    const token = mintmark.createToken({ expiresAt: new Date(now + 1000) });
    mintmark.advance(999);
    assert.equal(await codeOf(mintmark, token), "ok");
    now += 1;
    assert.equal(await codeOf(mintmark, token), "token_expired");
  });

  it("refuses everything while it is unavailable", async () => {
    const mintmark = createTestVerifier();
    const token = mintmark.createToken();
    mintmark.setAvailable(false);
    const verification = await mintmark.verify(token);
    assert.ok(!verification.ok);
    assert.deepEqual([verification.reason, verification.toResponse().status], ["unavailable", 503]);
    mintmark.setAvailable(true);
    assert.equal(await codeOf(mintmark, token), "ok");
  });

  it("makes no token that an instance would not mint", () => {
    const catalogue = {
      permissions: [{ name: "scans:read" }, { name: "scans:run" }],
      roles: { viewer: { permissions: ["scans:read"] } },
    };
    const mintmark = createTestVerifier({ catalogue });
    assert.throws(
      () => mintmark.createToken({ role: "viewer", permissions: ["scans:run"] }),
      /does not have scans:run/,
    );
    assert.throws(() => mintmark.createToken({ role: "auditor" }), /no role auditor/);
    assert.throws(() => mintmark.createToken({ permissions: [] }), /at least one permission/);
    assert.throws(() => createTestVerifier({ catalogue: { permissions: [{ name: "Scans" }] } }), /not valid/);
    assert.throws(() => mintmark.revoke("mm_pat_0"), /has not made this token/);
  });

  it("gives two tokens that say nothing the same user and organization", async () => {
    const mintmark = createTestVerifier();
    const [one, two] = await Promise.all([
      mintmark.verify(mintmark.createToken()),
      mintmark.verify(mintmark.createToken()),
    ]);
    assert.ok(one.ok && two.ok);
    assert.equal(one.principal.user?.id, two.principal.user?.id);
    assert.equal(one.principal.organization.id, two.principal.organization.id);
    assert.notEqual(one.principal.credential.id, two.principal.credential.id);
  });
});

describe("a programmer's error", () => {
  it("is thrown, and nothing else is", async () => {
    const mintmark = createTestVerifier();
    for (const source of [7, true, () => {}]) await assert.rejects(mintmark.verify(source as never), TypeError);
    for (const permission of ["", "x".repeat(101), 7])
      await assert.rejects(mintmark.verify("", { permission: permission as never }), TypeError);
  });

  it("is an option that is not valid, and the message repeats no secret", () => {
    const url = "https://mintmark.example.com";
    const serviceKey = "mm_svc_0000000000000000000000000000000000000000dd7c1036";
    const token = createTestVerifier().createToken();
    assert.doesNotThrow(() => createVerifier({ url: `${url}/`, serviceKey: ` "${serviceKey}"\n` }));
    for (const [options, message] of [
      [{ url: "mintmark.example.com", serviceKey }, /^url must be an address/],
      [{ url: "ftp://mintmark.example.com", serviceKey }, /^url must be an address/],
      [{ url: "https://ada:secret@mintmark.example.com", serviceKey }, /^url must be an address/],
      [{ url, publicUrl: "there", serviceKey }, /^publicUrl must be an address/],
      [{ url, serviceKey: undefined }, /^serviceKey must be a service key/],
      [{ url, serviceKey: token }, /^serviceKey must be a service key/],
      [{ url, serviceKey: serviceKey.replace(/6$/, "7") }, /^serviceKey must be a service key/],
      [{ url, serviceKey, timeoutMs: 0 }, /^timeoutMs/],
      [{ url, serviceKey, timeoutMs: 1.5 }, /^timeoutMs/],
    ] as const) {
      assert.throws(
        () => createVerifier(options as never),
        (error: Error) =>
          error instanceof TypeError && message.test(error.message) && !/[0-9a-f]{9}/.test(error.message),
      );
    }
  });

  it("of a fetch that names its request gets no secret into the cause of a refusal", async () => {
    const serviceKey = "mm_svc_0000000000000000000000000000000000000000dd7c1036";
    const token = createTestVerifier().createToken();
    const verifier = createVerifier({
      url: "https://mintmark.example.com",
      serviceKey,
      fetch: (_url, init) => Promise.reject(new Error(`cannot send ${JSON.stringify(init)}`)),
    });
    const verification = await verifier.verify(token);
    assert.ok(!verification.ok);
    assert.equal(verification.reason, "unavailable");
    assert.ok(!/[0-9a-f]{20}/.test(verification.cause ?? ""), verification.cause ?? "");
  });
});
