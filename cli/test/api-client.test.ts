import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { Failure } from "@mintmark/terminal";
import { type Identity, isToken } from "../src/api-answers.ts";
import { unreachable } from "../src/api-failures.ts";
import { ApiClient, TOKENS } from "../src/api-client.ts";
import { identityFacts } from "../src/describe.ts";
import { newSecret } from "../../server/src/secrets/generate.ts";

async function clientOf(t: TestContext, answer: RequestListener, timeoutMs = 5_000): Promise<ApiClient> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new ApiClient({ profile: "test", host, secret: newSecret("mm", "pat"), fromEnvironment: false, timeoutMs });
}

const failsWith =
  (code: string, exitCode = 1) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof Failure);
    assert.deepEqual([error.code, error.exitCode], [code, exitCode]);
    return true;
  };

test("a redirect is not followed, so the token reaches nobody else", async (t) => {
  let reached = 0;
  const elsewhere = await clientOf(t, (_, response) => {
    reached++;
    response.end("{}");
  });
  for (const status of [301, 302, 303, 307, 308]) {
    const client = await clientOf(t, (_, response) =>
      response.writeHead(status, { Location: `${elsewhere.host}/api/whoami` }).end(),
    );
    await assert.rejects(client.whoami(), failsWith("redirected"));
    await assert.rejects(client.revokeToken("current"), failsWith("redirected"));
  }
  assert.equal(reached, 0);
});

test("a request to a server that does not respond times out", async (t) => {
  const silent = await clientOf(t, () => {}, 100);
  await assert.rejects(silent.whoami(), failsWith("timeout"));
  const stalling = await clientOf(t, (_, response) => response.writeHead(200).write("{"), 100);
  await assert.rejects(stalling.whoami(), failsWith("timeout"));
});

test("a server that breaks off the connection is unreachable", async (t) => {
  const client = await clientOf(t, (request) => request.socket.destroy());
  await assert.rejects(client.whoami(), failsWith("unreachable"));
});

for (const [name, status, body] of [
  ["a page", 200, "<h1>hello</h1>"],
  ["nothing", 200, ""],
  ["null", 200, "null"],
  ["other JSON", 200, '{"items":[]}'],
  ["a list", 200, "[]"],
  ["a proxy's 401", 401, "<h1>Authorization required</h1>"],
  ["a proxy's 502", 502, "<h1>Bad gateway</h1>"],
  ["an error of another product", 403, '{"error":"forbidden"}'],
  ["no content", 204, ""],
] as const) {
  test(`${name} is not accepted as a response of Mintmark`, async (t) => {
    const client = await clientOf(t, (_, response) => response.writeHead(status).end(body));
    await assert.rejects(client.whoami(), failsWith("not_mintmark"));
    await assert.rejects(client.revokeToken("current"), failsWith("not_mintmark"));
  });
}

test("a list whose pages link to themselves ends", async (t) => {
  let pages = 0;
  const client = await clientOf(t, (_, response) => {
    pages++;
    response.end(JSON.stringify({ items: [], nextCursor: "again" }));
  });
  assert.deepEqual(await client.list(TOKENS, isToken), []);
  assert.equal(pages, 2);
});

test("the message for an unreachable host names the connection's error, for node:http and for fetch", () => {
  const withCode = (code: string): Error => Object.assign(new Error("no"), { code });
  for (const [code, told, hint] of [
    ["ECONNREFUSED", "unreachable", "mintmark-server serve"],
    ["ENOTFOUND", "unreachable", "check the address"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificate", "NODE_EXTRA_CA_CERTS"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate", "another name"],
    ["CERT_HAS_EXPIRED", "certificate", "renew"],
  ] as const) {
    const error = withCode(code);
    for (const thrown of [error, new AggregateError([error]), new Error("fetch failed", { cause: error })]) {
      const failure = unreachable("https://x", thrown, 1_000);
      assert.equal(failure.code, told);
      assert.ok(failure.hint?.includes(hint), failure.hint ?? "");
    }
  }
});

test("whoami shows the host's ids where a host knows the person and the organization, and no empty lines otherwise", () => {
  const identity = (user: string | null, organization: string | null): Identity => ({
    credential: { type: "pat", id: "pat_1", name: "CI", prefix: "mm_pat_3f8", expiresAt: null, endsAt: null },
    user: { name: "Ada", email: "ada@example.com", externalId: user },
    organization: { id: "org_1", name: "Acme", externalId: organization },
    role: "member",
    permissions: [],
  });
  const shown = identityFacts(identity("ada, 1", "acme")).filter(([name]) => name.includes("external"));
  assert.deepEqual(shown, [
    ["User's external id", "ada, 1"],
    ["Organization's external id", "acme"],
  ]);
  assert.ok(identityFacts(identity(null, null)).every(([name]) => !name.includes("external")));
});
