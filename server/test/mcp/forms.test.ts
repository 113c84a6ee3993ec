// The forms of messages and responses: clients accept different forms, omit fields, send null, ask for unknown ones
// and make mistakes. A client can read every response, which says in text what to do.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { requestOf, sendRaw } from "../support/raw.ts";
import type { SeededCredential } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";
import { bearer, connectClient, type Era, ERAS, type Headers, messageOf, speak } from "./speak.ts";

interface Reply {
  readonly status: number;
  readonly type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read any shape
  readonly message: any;
}

describe("the forms of MCP", () => {
  const { instance, seed } = withInstance();
  let token: SeededCredential<string>;
  before(async () => {
    const owner = await seed.person();
    token = await seed.token(owner, owner.personal);
  });

  /** Posts a body by raw HTTP: fetch would add its own `Accept`. */
  async function post(body: string, headers: Headers): Promise<Reply> {
    const all = { ...headers, ...bearer(token), "Content-Length": String(Buffer.byteLength(body)) };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    const host = `Host: ${new URL(instance.url).host}`;
    const reply = await sendRaw(instance.url, requestOf("POST /mcp HTTP/1.1", host, ...lines) + body);
    const text = reply.headers["transfer-encoding"] === "chunked" ? unchunked(reply.body) : reply.body;
    const type = reply.headers["content-type"] ?? "";
    const json = type === "text/event-stream" ? /^data: (.*)$/m.exec(text)?.[1] : text;
    return { status: reply.status, type, message: JSON.parse(json ?? "null") };
  }

  function call(accept: string | null, era: Era, params: object = { name: "whoami", arguments: {} }): Promise<Reply> {
    const { headers, body } = messageOf(era, "tools/call", params as Readonly<Record<string, unknown>>);
    const { Accept: _, ...others } = headers as Record<string, string>;
    return post(body, accept === null ? others : { ...others, Accept: accept });
  }

  const JSON_ONLY = [
    "application/json",
    "application/*",
    "application/json;q=0.5",
    "application/json, text/event-stream;q=0",
    "*/*, text/event-stream;q=0",
  ];
  const STREAM_ONLY = [
    "text/event-stream",
    "text/*",
    "TEXT/EVENT-STREAM",
    "text/event-stream, application/json;q=0.0",
    "application/json;q=0, */*",
  ];
  const EITHER = ["*/*", "", "text/html, */*;q=0.1", "text/html", "application/json, text/event-stream", null];

  for (const era of ERAS) {
    it(`responds in a form that the client accepts, in the revision of ${era}`, async () => {
      for (const [accepts, type] of [
        [JSON_ONLY, /^application\/json$/],
        [STREAM_ONLY, /^text\/event-stream$/],
        [EITHER, /^(?:application\/json|text\/event-stream)$/],
      ] as const) {
        for (const accept of accepts) {
          const reply = await call(accept, era);
          assert.equal(reply.status, 200, String(accept));
          assert.match(reply.type, type, String(accept));
          assert.equal(reply.message.result.structuredContent.credential.id, token.id, String(accept));
        }
      }
    });

    it(`treats null as absent, in the revision of ${era}`, async () => {
      for (const params of [{ name: "whoami", arguments: null }, { name: "whoami" }])
        assert.equal((await call(null, era, params)).message.result.isError, undefined, JSON.stringify(params));
      const { result } = await speak(instance, bearer(token), ["tools/list", { cursor: null }], era);
      assert.ok(result.tools.length > 0);
    });

    it(`returns empty lists of features that it does not have, and offers none of them, in the revision of ${era}`, async () => {
      for (const [method, list] of [
        ["prompts/list", "prompts"],
        ["resources/list", "resources"],
        ["resources/templates/list", "resourceTemplates"],
      ] as const) {
        const { status, result } = await speak(instance, bearer(token), [method], era);
        assert.deepEqual([status, result[list]], [200, []], method);
      }
      for (const method of ["prompts/get", "resources/subscribe", "nothing/there"]) {
        const { body } = await speak(instance, bearer(token), [method, { name: "x", uri: "x" }], era);
        assert.ok(body.error.code === -32_601 || body.error.code === -32_020, JSON.stringify(body));
      }
      const client = await connectClient(instance, bearer(token), era);
      assert.deepEqual(Object.keys(client.getServerCapabilities() ?? {}), ["tools"]);
      assert.ok((await client.listTools()).tools.length > 0);
      await client.close();
    });

    it(`says in text what is wrong with a message, in the revision of ${era}`, async () => {
      for (const [method, params, words] of [
        ["tools/call", { name: "whoami", arguments: [] }, /params\.arguments: expected object, received array/],
        ["tools/call", { name: "whoami", arguments: "x" }, /params\.arguments: expected object, received string/],
        ["tools/call", { name: 5 }, /params\.name: expected string, received number/],
        ["tools/call", {}, /params\.name: expected string, received none/],
        ["tools/list", { cursor: 5 }, /params\.cursor: expected string, received number/],
        ...(era === "2025" ? [["initialize", {}, /params\.protocolVersion: expected string/] as const] : []),
      ] as const) {
        const { body } = await speak(instance, bearer(token), [method, params], era);
        assert.equal(body.error.code, -32_602, JSON.stringify(body));
        assert.match(body.error.message, words);
        assert.doesNotMatch(body.error.message, /[[\]{}"\n]|invalid_type/);
      }
    });
  }

  it("names the supported revisions to a client that uses another", async () => {
    const modern = messageOf("2026", "tools/list");
    const old = messageOf("2025", "tools/list");
    const unknown = { "MCP-Protocol-Version": "2099-01-01" };
    for (const [body, headers] of [
      [modern.body, { ...modern.headers, ...unknown }],
      [modern.body.replaceAll("2026-07-28", "2099-01-01"), { ...modern.headers, ...unknown }],
      [modern.body.replaceAll("2026-07-28", "2099-01-01"), modern.headers],
      [old.body, { ...old.headers, ...unknown }],
    ] as const) {
      const { status, message } = await post(body, headers);
      assert.deepEqual([status, message.id, message.error.code], [400, 1, -32_022]);
      assert.equal(message.error.data.requested, "2099-01-01");
      for (const revision of ["2026-07-28", "2025-11-25", "2025-06-18"]) {
        assert.ok(message.error.data.supported.includes(revision), revision);
        assert.ok(message.error.message.includes(revision), revision);
      }
    }
    const secret = { ...old.headers, "MCP-Protocol-Version": token.secret };
    assert.ok(!JSON.stringify(await post(old.body, secret)).includes(token.secret));
    for (const revision of ["2025-11-25", "2025-06-18", "2025-03-26"])
      assert.equal((await post(old.body, { ...old.headers, "MCP-Protocol-Version": revision })).status, 200, revision);
  });

  it("says that batches are not supported, and runs no part of one", async () => {
    const { headers, body } = messageOf("2025", "tools/call", {
      name: "revoke_my_token",
      arguments: { token: "current" },
    });
    const { status, message } = await post(`[${body},${body}]`, headers);
    assert.deepEqual([status, message.code], [400, "body_malformed"]);
    assert.match(message.detail, /batches are not supported\. Send one/);
    assert.equal(message.title, "The request body is malformed");
    assert.equal((await token.client.get("/api/whoami")).status, 200);
  });

  it("opens a stream for a client that accepts one, and says so to any other", async () => {
    const { headers, body } = messageOf("2026", "subscriptions/listen", { notifications: { toolsListChanged: true } });
    const refused = await post(body, { ...headers, Accept: "application/json" });
    assert.deepEqual([refused.status, refused.message.code], [406, "not_acceptable"]);
    for (const Accept of ["*/*", "text/event-stream"]) {
      const leaving = new AbortController();
      const { signal } = leaving;
      const all = { ...headers, ...bearer(token), Accept };
      const response = await fetch(`${instance.url}/mcp`, { method: "POST", headers: all, body, signal });
      assert.deepEqual([response.status, response.headers.get("content-type")], [200, "text/event-stream"], Accept);
      leaving.abort();
    }
  });
});

/** The body without the marks of its chunks. */
function unchunked(body: string): string {
  return [...body.matchAll(/^[0-9a-f]+\r\n([\s\S]*?)\r\n(?=[0-9a-f]+\r\n)/gm)].map(([, chunk]) => chunk).join("");
}
