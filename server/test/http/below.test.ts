// Health checks as load balancers send them, and requests that never reach the application: each gets a
// problem with a request id and the right status, and leaves one short line in the log.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { type RawReply, requestOf, sendRaw } from "../support/raw.ts";

let instance: TestInstance;
let host: string;
before(async () => {
  instance = await startInstance();
  host = `Host: ${new URL(instance.url).host}`;
});
after(() => instance.close());

const send = (...lines: readonly [string, ...string[]]): Promise<RawReply> =>
  sendRaw(instance.url, requestOf(...lines));

function assertProblem(reply: RawReply, status: number, code: string, label: string): void {
  assert.equal(reply.status, status, `${label}: ${reply.raw}`);
  assert.equal(reply.headers["content-type"], "application/problem+json", label);
  const body = JSON.parse(reply.body) as { readonly code: string; readonly requestId: string };
  assert.equal(body.code, code, label);
  assert.match(body.requestId, /^[0-9a-f]{32}$/, label);
  assert.equal(reply.headers["x-request-id"], body.requestId, label);
}

describe("a health check", () => {
  it("gets a response in HTTP/1.0 without Host, and to GET, HEAD and OPTIONS", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      for (const version of ["1.0", "1.1"]) {
        const named = version === "1.1" ? [host] : [];
        const got = await send(`GET ${path} HTTP/${version}`, ...named);
        assert.deepEqual([got.status, got.body.includes("status")], [200, true], got.raw);
        const head = await send(`HEAD ${path} HTTP/${version}`, ...named);
        assert.deepEqual([head.status, head.body], [200, ""], head.raw);
        const options = await send(`OPTIONS ${path} HTTP/${version}`, ...named);
        assert.deepEqual([options.status, options.headers["allow"]], [200, "GET, HEAD, OPTIONS"], options.raw);
      }
      const posted = await send(`POST ${path} HTTP/1.1`, host);
      assertProblem(posted, 405, "method_not_allowed", path);
      assert.equal(posted.headers["allow"], "GET, HEAD, OPTIONS");
    }
  });

  it("of HAProxy without a path means readiness", async (t) => {
    const asked = ["OPTIONS / HTTP/1.0", "OPTIONS * HTTP/1.0", "OPTIONS /readyz HTTP/1.0"] as const;
    for (const line of asked) assert.equal((await send(line)).status, 200, line);
    const { store } = instance.deps;
    t.mock.method(store, "whyNotReady", () => Promise.resolve("a test"));
    for (const line of asked) assert.equal((await send(line)).status, 503, line);
  });
});

describe("an address that exists responds with 405 and names its methods", () => {
  for (const [path, allow] of [
    ["/metrics", "GET, HEAD, OPTIONS"],
    ["/openapi.json", "GET, HEAD, OPTIONS"],
    ["/docs", "GET, HEAD, OPTIONS"],
    ["/docs/quick-start", "GET, HEAD, OPTIONS"],
    ["/api/session", "GET, HEAD, OPTIONS"],
    ["/api/organizations", "GET, HEAD, POST, OPTIONS"],
    ["/mcp", "POST, OPTIONS"],
  ] as const) {
    it(path, async () => {
      for (const method of ["PROPFIND", "TRACE", "DELETE"]) {
        const reply = await send(`${method} ${path} HTTP/1.1`, host);
        assertProblem(reply, 405, "method_not_allowed", `${method} ${path}`);
        assert.equal(reply.headers["allow"], allow, `${method} ${path}`);
      }
    });
  }

  it("and one that does not exist with 404", async () => {
    for (const method of ["GET", "POST", "TRACE", "OPTIONS"])
      assertProblem(await send(`${method} /api/nothing HTTP/1.1`, host), 404, "not_found", method);
  });
});

describe("a request refused below the application", () => {
  const chunked = "POST /api/sign-in HTTP/1.1\r\nTransfer-Encoding: chunked";
  it("gets a problem with a request id", async () => {
    const cases: readonly (readonly [number, string, string])[] = [
      [501, "method_unknown", requestOf("FOO / HTTP/1.1", host)],
      [501, "method_unknown", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS greeting\r\n\r\n"],
      [501, "method_unknown", requestOf("CONNECT example.com:443 HTTP/1.1", host)],
      [400, "request_malformed", requestOf("GET / HTTP/3.0", host)],
      [400, "request_malformed", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
      [400, "request_malformed", requestOf("GET /\x01 HTTP/1.1", host)],
      [400, "request_malformed", requestOf("GET nothing HTTP/1.1", host)],
      [400, "request_malformed", requestOf("GET http://[ HTTP/1.1", host)],
      [400, "request_malformed", requestOf("PROPFIND * HTTP/1.1", host)],
      [400, "request_malformed", requestOf("GET / HTTP/1.1", host, "a b: c")],
      [400, "request_malformed", requestOf("POST / HTTP/1.1", host, "Content-Length: 1", "Transfer-Encoding: chunked")],
      [400, "request_malformed", requestOf("GET /readyz HTTP/1.1")],
      [400, "request_malformed", requestOf("GET /readyz HTTP/1.1", host, host)],
      [
        417,
        "expectation_failed",
        requestOf("POST /api/sign-in HTTP/1.1", host, "Expect: a-miracle", "Content-Length: 0"),
      ],
      [431, "headers_too_large", requestOf("GET /healthz HTTP/1.1", host, `X-Large: ${"x".repeat(600_000)}`)],
      [413, "body_too_large", `${chunked}\r\n${host}\r\n\r\n1;${"x".repeat(20_000)}\r\n`],
    ];
    for (const [status, code, bytes] of cases)
      assertProblem(await sendRaw(instance.url, bytes), status, code, JSON.stringify(bytes.slice(0, 60)));
  });

  it("when it arrives too slowly, and its connection is closed", async (t) => {
    // node:http looks for late requests every 30 s; this is how it then reports one.
    const late = Object.assign(new Error("Request timeout"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
    const accepted = once(instance.server, "connection");
    const { hostname, port } = new URL(instance.url);
    const client = connect(Number(port), hostname);
    t.after(() => client.destroy());
    client.write("GET /healthz HTTP/1.1\r\n");
    const [socket] = await accepted;
    instance.server.emit("clientError", late, socket);
    const answer = await text(client);
    assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\n/);
    assert.match(answer, /"code":"request_timeout"/);
  });

  it("comes after the responses to the earlier requests on the connection", async () => {
    const good = `GET /readyz HTTP/1.1\r\n${host}\r\n\r\n`;
    const { raw } = await sendRaw(instance.url, `${good}${good}rubbish\r\n\r\n`);
    const statuses = [...raw.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
    assert.deepEqual(statuses, ["200", "200", "501"]);
  });

  it("leaves one short line in the log, and a flood leaves at most sixty lines a minute", async () => {
    const lines = (): readonly string[] => instance.log.filter((line) => line.includes("refused before"));
    const before = lines().length;
    await sendRaw(instance.url, requestOf("FOO / HTTP/1.1", host, `X: ${"secret".repeat(1_000)}`));
    const [line = "", ...more] = lines().slice(before);
    assert.deepEqual(more, []);
    assert.match(line, /"requestId":"[0-9a-f]{32}","status":501,"code":"method_unknown"/);
    assert.ok(line.length < 300 && !line.includes("secret"), line);
    await Promise.all(Array.from({ length: 100 }, () => sendRaw(instance.url, "rubbish\r\n\r\n")));
    assert.ok(lines().length <= 61, String(lines().length));
  });
});
