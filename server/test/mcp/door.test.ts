// The credentials that `/mcp` accepts, and the refusals of everything else.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { discoverAuthorizationServerMetadata, discoverOAuthServerInfo } from "@modelcontextprotocol/client";
import type { Client } from "../support/client.ts";
import { type DatabaseState, openDatabaseState } from "../support/database-state.ts";
import type { Person, SeededCredential, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";
import { bearer, callTool, codeOf, ERAS, type Headers, messageOf, speak, toolsOf } from "./speak.ts";

describe("the door of the MCP server", () => {
  const { instance, seed } = withInstance();
  let owner: Person;
  let organization: SeededOrganization;
  let token: SeededCredential<string>;
  before(async () => {
    owner = await seed.person("Olga");
    organization = await seed.organization(owner, "Acme");
    token = await seed.token(owner, organization);
  });

  for (const era of ERAS) {
    it(`lets tokens and keys in by either header, in the revision of ${era}`, async () => {
      const key = await seed.apiKey(organization, owner, { name: "robot" });
      for (const headers of [bearer(token), { "X-API-Key": token.secret }]) {
        const { result } = await callTool(instance, headers, "whoami", {}, era);
        assert.equal(result.structuredContent.user.id, owner.id);
        assert.match(result.content[0].text, /"Olga".*\n.*"Acme"/);
      }
      const { result } = await callTool(instance, { "X-API-Key": key.secret }, "whoami", {}, era);
      assert.deepEqual([result.structuredContent.user, result.structuredContent.credential.name], [null, "robot"]);
    });

    it(`says that an unknown tool does not exist, in the revision of ${era}`, async () => {
      const { body, result } = await callTool(instance, bearer(token), `x ${token.secret}`, {}, era);
      assert.equal(result, undefined);
      assert.equal(body.error.code, -32_602);
      assert.ok(!JSON.stringify(body).includes(token.secret));
    });
  }

  it("counts an accepted request as a use, with the address and the client", async () => {
    const used = await seed.token(owner, organization);
    await speak(instance, { ...bearer(used), "User-Agent": "claude-code/2" }, ["tools/list"]);
    await instance.uses.flush();
    const { body } = await used.client.get("/api/personal-access-tokens/current");
    assert.equal(body.lastUsedIp, "127.0.0.1");
    const log = await (
      await seed.session(owner, organization)
    ).get(`/api/organizations/${organization.id}/audit-events?action=pat.used&credential=${used.id}`);
    assert.ok(log.body.items.some(({ userAgent }: { userAgent: string }) => userAgent === "claude-code/2"));
    const usage = await used.client.get("/api/personal-access-tokens/current/usage");
    assert.ok(
      usage.body.routes.some(({ route }: { route: string }) => route === "mintmark mcp"),
      JSON.stringify(usage.body),
    );
  });

  describe("keeps out, without a side effect,", () => {
    let state: DatabaseState;
    let session: Client;
    let service: SeededCredential<string>;
    before(async () => {
      session = await seed.session(owner, organization);
      service = await seed.service(owner);
      state = await openDatabaseState(instance);
    });
    after(async () => {
      assert.deepEqual(await state.changed(), []);
      await state.close();
    });

    /** Sends every kind of request; each gets this refusal. */
    async function assertRefused(headers: Headers, status: number, code: string): Promise<void> {
      for (const era of ERAS) {
        for (const [method, params] of [
          ["initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "x", version: "1" } }],
          ["server/discover"],
          ["tools/list"],
          ["tools/call", { name: "revoke_my_token", arguments: { token: token.id } }],
          ["subscriptions/listen", { notifications: { toolsListChanged: true } }],
        ] as const) {
          const answer = await speak(instance, headers, [method, params], era);
          assert.deepEqual([answer.status, answer.body.code], [status, code], `${method} ${era}`);
          assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
        }
      }
    }

    it("a request without a credential, without calling it a bad one, and says where to get one", async () => {
      await assertRefused({}, 401, "credentials_missing");
      const { headers, body } = await speak(instance, {}, ["tools/list"]);
      assert.equal(headers.get("www-authenticate"), 'Bearer realm="mintmark"');
      assert.match(body.detail, /\/connect/);
    });

    it("a session: a cookie is no credential here", async () => {
      await assertRefused(session.headers, 401, "credentials_missing");
    });

    it("two credentials at once, other schemes, and what is no token", async () => {
      await assertRefused({ ...bearer(token), "X-API-Key": token.secret }, 400, "credentials_multiple");
      await assertRefused({ Authorization: `Basic ${token.secret}` }, 401, "scheme_unsupported");
      await assertRefused({ Authorization: "Bearer abc" }, 401, "token_malformed");
      await assertRefused({ Authorization: `Bearer mm_pat_${"0".repeat(48)}` }, 401, "token_checksum_mismatch");
      assert.equal((await speak(instance, bearer(service), ["tools/list"])).body.code, "personal_credential_required");
    });

    it("a page of another site, and one whose name was made to lead here", async () => {
      const foreign = ["https://evil.example", "null", "http://127.0.0.1:1", `${instance.url}.evil.example`];
      for (const Origin of foreign) await assertRefused({ ...bearer(token), Origin }, 403, "cross_site_request");
      await assertRefused({ Origin: "https://evil.example" }, 403, "cross_site_request");
      const own = await speak(instance, { ...bearer(token), Origin: instance.deps.settings.baseUrl }, ["tools/list"]);
      assert.equal(own.status, 200);
      assert.equal(own.headers.get("access-control-allow-origin"), null);
    });

    it("other methods, bodies that are too large, no JSON, or many messages in one", async () => {
      for (const method of ["GET", "DELETE", "PUT"]) {
        const response = await fetch(`${instance.url}/mcp`, { method, headers: bearer(token) });
        assert.deepEqual([response.status, response.headers.get("allow")], [405, "POST, OPTIONS"], method);
        assert.equal(((await response.json()) as { code: string }).code, "method_not_allowed");
      }
      const post = async (body: string, headers: Headers = {}): Promise<readonly unknown[]> => {
        const all = { ...messageOf("2025", "tools/list").headers, ...bearer(token), ...headers };
        const response = await fetch(`${instance.url}/mcp`, { method: "POST", headers: all, body });
        return [response.status, ((await response.json()) as { code?: string }).code];
      };
      const list = messageOf("2025", "tools/list").body;
      assert.deepEqual(await post(list.padEnd(70_000)), [413, "body_too_large"]);
      assert.deepEqual(await post(list, { "Content-Type": "text/plain" }), [415, "media_type_unsupported"]);
      assert.deepEqual(await post("{"), [400, "body_malformed"]);
      assert.deepEqual(await post(`[${list},${list}]`), [400, "body_malformed"]);
      assert.deepEqual(await post('{"jsonrpc":"2.0","id":1,"method":"a\\u0000"}'), [400, "field_invalid"]);
      assert.equal((await post("{}"))[0], 400);
    });

    it("a token in the address", async () => {
      const { headers, body } = messageOf("2025", "tools/list");
      const response = await fetch(`${instance.url}/mcp?token=${token.secret}`, { method: "POST", headers, body });
      assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [400, "token_in_url"]);
    });
  });

  it("explains to the holder of a revoked token in text why the very next call is refused", async () => {
    const dying = await seed.token(owner, organization);
    const { result } = await callTool(instance, bearer(dying), "revoke_my_token", { token: "current" });
    assert.equal(result.structuredContent.revoked, true);
    for (const era of ERAS) {
      const { status, headers, body } = await callTool(instance, bearer(dying), "whoami", {}, era);
      assert.deepEqual([status, body.code, body.title], [401, "token_revoked", "The token was revoked"]);
      assert.match(body.detail, /never works again\. Mint a new one/);
      assert.equal(headers.get("www-authenticate"), 'Bearer realm="mintmark", error="invalid_token"');
    }
  });

  it("finds nothing in another organization", async () => {
    const stranger = await seed.person();
    const elsewhere = await seed.organization(stranger);
    const theirs = await seed.token(stranger, elsewhere);
    const mine = bearer(token);
    for (const name of ["revoke_my_token", "revoke_member_token"])
      assert.equal(codeOf(await callTool(instance, mine, name, { token: theirs.id })), "not_found", name);
    assert.equal((await theirs.client.get("/api/whoami")).status, 200);
    const { result } = await callTool(instance, mine, "list_members", { query: stranger.name });
    assert.deepEqual(result.structuredContent.items, []);
  });

  it("publishes no OAuth: each of its addresses is a JSON 404", async () => {
    const paths = [
      "oauth-authorization-server",
      "oauth-protected-resource",
      "oauth-protected-resource/mcp",
      "openid-configuration",
    ];
    for (const path of paths) {
      const response = await fetch(`${instance.url}/.well-known/${path}`, { headers: { Accept: "text/html" } });
      assert.deepEqual(
        [response.status, response.headers.get("content-type")],
        [404, "application/problem+json"],
        path,
      );
    }
    for (const path of ["register", "authorize", "token"])
      assert.equal((await fetch(`${instance.url}/${path}`, { method: "POST" })).status, 404, path);
  });

  it("is no OAuth server to a client that looks for one, from any address that it may have got", async () => {
    // The metadata for gateways is at the issuer `/oauth2`, which no client of MCP knows.
    for (const address of ["/mcp", "/", "/mcp/"]) {
      const statuses: number[] = [];
      const fetchFn = async (...request: Parameters<typeof fetch>): Promise<Response> => {
        const response = await fetch(...request);
        statuses.push(response.status);
        return response;
      };
      const found = await discoverOAuthServerInfo(`${instance.url}${address}`, { fetchFn });
      assert.equal(found.authorizationServerMetadata, undefined);
      assert.equal(await discoverAuthorizationServerMetadata(`${instance.url}${address}`, { fetchFn }), undefined);
      assert.ok(statuses.length >= 4 && statuses.every((status) => status === 404), `${address}: ${statuses.join()}`);
    }
    assert.equal((await fetch(`${instance.url}/.well-known/oauth-authorization-server/oauth2`)).status, 200);
  });

  it("responds to a client of the older revision that pings and says it is ready", async () => {
    const initialize = [
      "initialize",
      { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "x", version: "1" } },
    ] as const;
    const { result } = await speak(instance, bearer(token), initialize, "2025");
    assert.equal(result.protocolVersion, "2025-06-18");
    assert.deepEqual(result.capabilities, { tools: { listChanged: false } });
    assert.match(result.instructions, /never as instructions/);
    const { headers } = messageOf("2025", "ping");
    const body = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
    const ready = await fetch(`${instance.url}/mcp`, {
      method: "POST",
      headers: { ...headers, ...bearer(token) },
      body,
    });
    assert.equal(ready.status, 202);
    assert.deepEqual((await speak(instance, bearer(token), ["ping"], "2025")).result, {});
  });

  it("stays quiet in the log: no secret, no input", async () => {
    await callTool(instance, bearer(token), "list_members", { query: `looking-for ${token.secret}` });
    const wrong = await callTool(instance, bearer(token), "list_members", { [token.secret]: 1 });
    assert.equal(codeOf(wrong), "field_unknown");
    assert.ok(!JSON.stringify(wrong.body).includes(token.secret));
    for (const name of ["Mcp-Name", "Mcp-Method", "MCP-Protocol-Version"]) {
      const { status, body } = await callTool(instance, { ...bearer(token), [name]: token.secret }, "whoami");
      assert.equal(status, 400);
      assert.match(body.error.message, /\[secret\]/);
      assert.ok(!JSON.stringify(body).includes(token.secret));
    }
    const log = instance.log.join("");
    assert.match(log, /"operation":"mcp"/);
    assert.ok(!log.includes(token.secret) && !log.includes("looking-for"));
  });

  for (const era of ERAS) {
    it(`closes the connection if the client wants it closed, in the revision of ${era}`, async () => {
      const { headers, body } = messageOf(era, "tools/list");
      const { hostname, port } = new URL(instance.url);
      const socket = connect(Number(port), hostname);
      const all = { Host: hostname, ...headers, ...bearer(token), "Content-Length": body.length, Connection: "close" };
      const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`POST /mcp HTTP/1.1\r\n${head.join("")}\r\n${body}`);
      assert.match(await text(socket), /^HTTP\/1\.1 200 [^]*"name":"whoami"/);
    });
  }

  it("evaluates the credential when the message is complete, however slowly it was sent", async () => {
    const slow = await seed.organization(owner);
    const sender = await seed.token(owner, slow);
    const { headers, body } = messageOf("2026", "tools/call", {
      name: "revoke_my_token",
      arguments: { token: "current" },
    });
    const outgoing = httpRequest(`${instance.url}/mcp`, {
      method: "POST",
      headers: { ...headers, ...bearer(sender), "Content-Length": body.length, Expect: "100-continue" },
    });
    outgoing.flushHeaders();
    await once(outgoing, "continue");
    outgoing.write(body.slice(0, 10));
    assert.equal(codeOf(await callTool(instance, bearer(sender), "whoami")), "ok");
    await instance.deps.store.transaction(async (tx) => {
      const { policy } = (await tx.findOrganization(slow.id)) ?? assert.fail();
      await tx.setPolicy(slow.id, { ...policy, mcp: "read-only" });
    });
    const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
    outgoing.end(body.slice(10));
    assert.match(await text((await answered)[0]), /"code":"policy_mcp"/);
    assert.equal((await sender.client.get("/api/whoami")).status, 200);
  });

  it("accepts any Accept and Host, as some clients and proxies send them", async () => {
    const { headers, body } = messageOf("2026", "tools/list");
    const { port } = new URL(instance.url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = httpRequest(
        {
          host: "127.0.0.1",
          port,
          path: "/mcp",
          method: "POST",
          headers: { ...headers, ...bearer(token), Accept: "*/*", Host: "upstream:80" },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
    assert.equal(status, 200);
    assert.ok((await toolsOf(instance, bearer(token))).length > 0);
  });
});
