// The management client on a real instance: it keeps the directory, hands people over, ends tokens, and misses no event.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { type ManagementKeyId } from "@mintmark/core";
import { type SeededCredential, Seed } from "../../server/test/support/seed.ts";
import { startInstance, type TestInstance } from "../../server/test/support/instance.ts";
import { createVerifier } from "../src/index.ts";
import {
  createManagement,
  type EventPage,
  type Management,
  ManagementError,
  verifyWebhook,
} from "../src/management.ts";
import { type Scripted, startScripted } from "./support/scripted.ts";

describe("the management client", () => {
  let instance: TestInstance;
  let seed: Seed;
  let key: SeededCredential<ManagementKeyId>;
  let management: Management;
  before(async () => {
    instance = await startInstance({ env: { MINTMARK_RETURN_ORIGINS: "https://shop.example.com" } });
    seed = new Seed(instance);
    key = await seed.managementKey();
    management = createManagement({ url: instance.url, managementKey: key.secret });
  });
  after(() => instance.close());

  /** A member of an organization of the host, with a token. */
  async function member(user: string, organization: string): Promise<string> {
    const { users, organizations, members } = management;
    const { id } = await users.put(user, { name: user, email: `${user}@example.com`, emailVerified: true });
    const { id: organizationId } = await organizations.put(organization, { name: organization });
    await members.put(organization, user, { role: "member" });
    assert.ok(id !== null && organizationId !== null);
    const token = await seed.token({ id } as never, { id: organizationId } as never);
    return token.secret;
  }

  it("returns from the removal of a member when the tokens are refused", async () => {
    const service = await seed.service(await seed.person());
    const verifier = createVerifier({ url: instance.url, serviceKey: service.secret });
    const token = await member("ada", "northwind");
    assert.ok((await verifier.verify(token)).ok);
    const removed = await management.members.delete("northwind", "ada");
    const verification = await verifier.verify(token);
    assert.ok(!verification.ok);
    assert.equal(verification.code, "member_removed");
    assert.equal(removed.changed, true);
    assert.equal(removed.receipt?.offboarding?.tokenCount, 1);
  });

  it("keeps users, organizations and members, and repeats without a change", async () => {
    const { users, organizations, members } = management;
    const fields = { name: "Ben", email: "ben@example.com" };
    assert.equal((await users.put("ben/7 u", fields)).changed, true);
    assert.equal((await users.put("ben/7 u", fields)).changed, false);
    assert.equal((await users.find("ben/7 u"))?.name, "Ben");
    assert.equal(await users.find("nobody"), null);
    assert.equal(await members.find("nowhere", "nobody"), null);
    await organizations.put("contoso", { name: "Contoso", version: 2 });
    assert.equal((await organizations.put("contoso", { name: "Old", version: 1 })).stale, true);
    assert.equal((await organizations.find("contoso"))?.name, "Contoso");
    await members.put("contoso", "ben/7 u", { role: "viewer" });
    assert.equal((await members.find("contoso", "ben/7 u"))?.role, "viewer");
    assert.equal((await users.organizations("ben/7 u"))[0]?.organization.externalId, "contoso");
    const set = { members: [{ externalId: "ben/7 u", role: "admin" }] };
    assert.deepEqual((await members.set("contoso", { ...set, dryRun: true })).updated, 1);
    assert.equal((await members.set("contoso", set)).updated, 1);
    assert.equal((await users.delete("ben/7 u")).changed, true);
    assert.equal((await organizations.delete("contoso")).changed, true);
  });

  it("lists every page", async () => {
    const changes = Array.from({ length: 205 }, (_, index) => ({
      type: "organization.put" as const,
      organization: `many-${index}`,
      name: `Many ${index}`,
    }));
    const results = await management.batch(changes);
    assert.ok(results.every(({ status }) => status === 200));
    const found: string[] = [];
    for await (const { externalId } of management.organizations.list({ query: "Many" })) found.push(externalId);
    assert.equal(new Set(found).size, 205);
  });

  it("refuses with the code, the status and the whole problem of the instance", async () => {
    const refused = await failureOf(management.members.put("nowhere", "nobody", { role: "member" }));
    assert.deepEqual([refused.code, refused.status], ["external_id_unknown", 404]);
    assert.match(refused.requestId ?? "", /^[0-9a-f]{32}$/);
    const role = await member("cleo", "fabrikam").then(() =>
      failureOf(management.members.put("fabrikam", "cleo", { role: "king" })),
    );
    assert.equal(role.code, "role_unknown");
    const wrong = createManagement({
      url: instance.url,
      managementKey: (await seed.managementKey({ scopes: [] })).secret,
    });
    assert.equal((await failureOf(wrong.users.find("ada"))).code, "scope_missing");
    for (const error of [refused, role]) assert.ok(!JSON.stringify([error, error.message]).includes(key.secret));
  });

  it("hands a person over, and ends the session", async () => {
    await member("dan", "northwind");
    const { url, id } = await management.handOffs.create({
      user: "dan",
      organization: "northwind",
      page: "tokens",
      returnUrl: "https://shop.example.com/settings",
    });
    assert.ok(url.startsWith(instance.url));
    await management.handOffs.create({
      user: { externalId: "new", name: "New", email: "new@example.com", emailVerified: true },
      organization: { externalId: "newer", name: "Newer" },
      role: "member",
      page: "new-token",
    });
    assert.equal((await management.members.find("newer", "new"))?.role, "member");
    assert.ok(Date.parse((await management.handOffs.end(id)).at) > 0);
  });

  it("lists and revokes tokens, and never sees a secret", async () => {
    const secret = await member("eve", "northwind");
    const tokens = [];
    for await (const token of management.tokens.list({ user: "eve", state: "live" })) tokens.push(token);
    assert.deepEqual(
      tokens.map(({ user }) => user.name),
      ["eve"],
    );
    assert.ok(!JSON.stringify(tokens).includes(secret));
    assert.equal((await management.tokens.revoke(tokens[0]?.id ?? "")).revoked, true);
    await management.tokens.revokeOf({ user: "eve" });
    for await (const { state } of management.tokens.list({ user: "eve" })) assert.equal(state, "revoked");
  });

  it("follows the events from a cursor on, and repeats none of the pages that it confirmed", async () => {
    const begin = await management.events.read({ after: "now" });
    await management.organizations.put("fed", { name: "Fed" });
    const ending = new AbortController();
    const seen: EventPage[] = [];
    for await (const page of management.events.follow({ after: begin.nextCursor, signal: ending.signal })) {
      seen.push(page);
      if (seen.length === 1) await management.organizations.put("fed-2", { name: "Fed 2" });
      else ending.abort();
    }
    const actions = seen.flatMap(({ items }) => items.map(({ action }) => action));
    assert.deepEqual(actions, ["organization.created", "organization.created"]);
    const rest = await management.events.read({ after: seen.at(-1)?.nextCursor ?? "" });
    assert.deepEqual(rest.items, []);
    await assert.rejects(management.events.follow({ after: "nonsense" }).next(), ManagementError);
  });

  it("names its key", async () => {
    assert.equal((await management.key()).id, key.id);
  });

  it("has a call for every operation of the instance", () => {
    const document = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8")) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      path.startsWith("/api/manage/") ? Object.keys(methods).map((method) => `${method} ${path}`) : [],
    );
    const count = (value: object): number =>
      Object.values(value).reduce<number>(
        (sum, each) => sum + (typeof each === "function" ? 1 : count(each as object)),
        0,
      );
    // `events.follow` calls what `events.read` calls.
    assert.equal(count(management) - 1, operations.length, operations.join("\n"));
  });
});

async function failureOf(calling: Promise<unknown>): Promise<ManagementError> {
  const error = await calling.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ManagementError, String(error));
  return error;
}

describe("the management client without a usable instance", () => {
  let scripted: Scripted;
  before(async () => {
    scripted = await startScripted(() => scripted.url);
  });
  after(() => scripted.close());
  const managementKey = "mm_mgt_00000000000000000000000000000000000000004bdebf63";

  it("throws, and says that nobody knows the outcome", async () => {
    const management = createManagement({ url: scripted.url, managementKey, timeoutMs: 2000 });
    for (const response of [
      { status: 200, headers: { "Content-Type": "text/html" }, text: "<p>Welcome</p>" },
      { status: 200, headers: { "Content-Type": "application/json" }, text: "{" },
      { status: 302, headers: { Location: "{elsewhere}" }, text: "" },
      { status: 502, headers: {}, text: "Bad gateway" },
      { sends: "nothing" as const },
    ]) {
      scripted.response = response;
      const error = await failureOf(management.users.find("ada"));
      assert.equal(error.code, "no_response");
      assert.ok(!error.message.includes(managementKey));
    }
  });

  it("waits for an instance that comes back, and goes on from the same cursor", async () => {
    const interruptions: unknown[] = [];
    const page = { items: [{ id: "evt_1" }], nextCursor: "c2" };
    const management = createManagement({ url: scripted.url, managementKey });
    scripted.requests.length = 0;
    scripted.response = { status: 503, headers: { "Content-Type": "text/plain" }, text: "" };
    const following = management.events.follow({
      after: "c1",
      onInterruption: (error) => {
        interruptions.push(error);
        scripted.response = { status: 200, headers: { "Content-Type": "application/json" }, json: page };
      },
    });
    assert.deepEqual((await following.next()).value, page);
    await following.return(undefined);
    assert.equal(interruptions.length, 1);
    assert.deepEqual(
      scripted.requests.map((text) => /after=(\w+)/.exec(text)?.[1]),
      ["c1", "c1"],
    );
  });

  it("sends no request for an id that an address cannot hold", async () => {
    const management = createManagement({ url: scripted.url, managementKey });
    scripted.requests.length = 0;
    for (const id of [".", "..", "", "é", "x".repeat(129)])
      assert.throws(() => management.users.delete(id), TypeError, id);
    assert.deepEqual(scripted.requests, []);
  });

  it("throws for options that are not valid", () => {
    const url = scripted.url;
    assert.throws(() => createManagement({ url, managementKey: "mm_mgt_0" }), /management key/);
    assert.throws(() => createManagement({ url: "here", managementKey }), /address/);
    for (const timeoutMs of [0, 3e9])
      assert.throws(() => createManagement({ url, managementKey, timeoutMs }), /timeoutMs/);
  });
});

describe("verifyWebhook()", () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const at = Date.parse("2026-12-01T00:00:00Z");
  const body = JSON.stringify({ type: "member.removed", timestamp: "2026-12-01T00:00:00.000Z", data: { id: "evt_1" } });

  function signed(text: string, { key = secret, timestamp = at / 1000 } = {}): Record<string, string> {
    const bytes = Buffer.from(key.slice("whsec_".length), "base64");
    const signature = createHmac("sha256", bytes).update(`msg_1.${timestamp}.${text}`).digest("base64");
    return { "webhook-id": "msg_1", "webhook-timestamp": String(timestamp), "webhook-signature": `v1,${signature}` };
  }
  const reasonOf = async (options: Partial<Parameters<typeof verifyWebhook>[0]>): Promise<string> => {
    const result = await verifyWebhook({ headers: signed(body), body, secret, now: at, ...options });
    return result.ok ? "ok" : result.reason;
  };

  it("accepts the example of Standard Webhooks", async () => {
    const result = await verifyWebhook({
      headers: {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
      },
      body: '{"test": 2432232314}',
      secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      now: 1_614_265_330_000,
    });
    // The signature is right. Only its body is not one of Mintmark's.
    assert.deepEqual(result, { ok: false, reason: "body_malformed" });
  });

  it("returns the event of a webhook, from every form of headers and body", async () => {
    for (const headers of [signed(body), new Headers(signed(body)), { ...signed(body), "WEBHOOK-OTHER": ["a", "b"] }]) {
      for (const given of [body, new TextEncoder().encode(body)]) {
        const result = await verifyWebhook({ headers, body: given, secret, now: at });
        assert.ok(result.ok);
        assert.deepEqual([result.webhook.id, result.webhook.type], ["msg_1", "member.removed"]);
      }
    }
  });

  it("refuses what was changed, is old, or is signed by another", async () => {
    const other = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
    assert.equal(await reasonOf({}), "ok");
    assert.equal(await reasonOf({ body: `${body} ` }), "signature_wrong");
    assert.equal(await reasonOf({ secret: other }), "signature_wrong");
    assert.equal(await reasonOf({ secret: [other, secret] }), "ok");
    assert.equal(await reasonOf({ headers: { ...signed(body), "webhook-id": "msg_2" } }), "signature_wrong");
    assert.equal(
      await reasonOf({ headers: { ...signed(body), "webhook-signature": "v1,AAAA v1,!" } }),
      "signature_wrong",
    );
    const { "webhook-signature": signature } = signed(body);
    assert.equal(await reasonOf({ headers: { ...signed(body), "webhook-signature": `v1a,x ${signature}` } }), "ok");
    assert.equal(
      await reasonOf({ headers: { ...signed(body), "webhook-signature": `v2${signature?.slice(2)}` } }),
      "signature_wrong",
    );
    assert.equal(await reasonOf({ now: at + 300_000 }), "ok");
    assert.equal(await reasonOf({ now: at + 300_001 }), "too_old");
    assert.equal(await reasonOf({ now: at - 300_001 }), "too_old");
    const soon = { "webhook-timestamp": String(at / 1000 + 1) };
    assert.equal(await reasonOf({ headers: { ...signed(body), ...soon } }), "signature_wrong");
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"])
      assert.equal(await reasonOf({ headers: { ...signed(body), [name]: undefined } }), "headers_missing");
    assert.equal(await reasonOf({ headers: { ...signed(body), "webhook-timestamp": "soon" } }), "headers_missing");
    const twice = { "webhook-signature": [signature ?? "", signature ?? ""] };
    assert.equal(await reasonOf({ headers: { ...signed(body), ...twice } }), "headers_missing");
    assert.equal(await reasonOf({ headers: signed("[]"), body: "[]" }), "body_malformed");
  });

  it("throws for a secret that is none", async () => {
    for (const wrong of ["", "whsec_", "whsec_!!!", "short", []])
      await assert.rejects(verifyWebhook({ headers: {}, body, secret: wrong }), TypeError);
  });
});
