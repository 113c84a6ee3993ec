// Host names: pages and the browser's API respond to the base URL's host and loopback names only. So a page whose name
// was made to lead here (DNS rebinding) reads nothing and changes nothing. Programs reach their endpoints by any name.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type DatabaseState, openDatabaseState } from "../support/database-state.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { type RawReply, requestOf, sendRaw } from "../support/raw.ts";
import { Seed, type SeededCredential } from "../support/seed.ts";

const BASE_URL = "https://Tokens.example.com:8443";

const METRICS = "a-token-for-metrics";

const OWN =
  "tokens.example.com TOKENS.example.com:8443 tokens.example.com. tokens.example.com.:443 localhost LOCALHOST:3210 app.localhost:80 127.0.0.1 127.9.9.9:1 [::1] [::1]:3210 [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1]:3210".split(
    " ",
  );
const FOREIGN =
  "evil.example evil.example:3210 tokens.example.com.evil.example xtokens.example.com example.com 192.168.1.5:3210 [2001:db8::1] 127.0.0.1.evil.example localhost.evil.example notlocalhost mintmark".split(
    " ",
  );
const MALFORMED = [
  "",
  "a b",
  "evil.example@localhost",
  "localhost/x",
  "localhost:x",
  "localhost:123456",
  "[::1",
  "::1",
  ".",
  "local host",
];

/** Paths that a browser uses, and that a page whose name leads here would request first. */
const BROWSER_REQUESTS: readonly (readonly [line: string, ...headers: string[]])[] = [
  ["GET / HTTP/1.1"],
  ["GET /setup HTTP/1.1"],
  ["GET /sign-in HTTP/1.1"],
  ["GET /docs HTTP/1.1"],
  ["GET /openapi.json HTTP/1.1"],
  ["GET /api/instance HTTP/1.1"],
  ["GET /api/session HTTP/1.1"],
  ["POST /api/setup HTTP/1.1", "Content-Type: application/json", "Content-Length: 2"],
  ["POST /api/sign-in HTTP/1.1", "Content-Type: application/json", "Content-Length: 2"],
  ["POST /oauth2/device_authorization HTTP/1.1", "Content-Length: 0"],
  ["POST /mcp HTTP/1.1", "Content-Type: application/json", "Content-Length: 2"],
  ["GET /nothing HTTP/1.1"],
  ["GET /api/verify/../session HTTP/1.1"],
  ["GET //healthz HTTP/1.1"],
  ["GET /healthz/ HTTP/1.1"],
];
const BY_ANY_NAME = [
  "GET /healthz",
  "GET /readyz",
  "HEAD /readyz",
  "OPTIONS /readyz",
  "OPTIONS /",
  "GET /metrics",
  "GET /forward-auth",
  "POST /api/verify",
  "POST /oauth2/introspect",
  "POST /oauth2/revoke",
  "POST /api/credentials/revoke",
  "GET /.well-known/oauth-authorization-server/oauth2",
];

describe("host names", () => {
  let instance: TestInstance;
  let token: SeededCredential<string>;
  let cookie: string;
  let state: DatabaseState;
  before(async () => {
    instance = await startInstance({ env: { MINTMARK_BASE_URL: BASE_URL, MINTMARK_METRICS_TOKEN: METRICS } });
    const seed = new Seed(instance);
    const owner = await seed.person();
    token = await seed.token(owner, owner.personal);
    const session = await seed.session(owner);
    cookie = `Cookie: ${session.headers["Cookie"]?.replace("mintmark_session", "__Host-mintmark_session")}`;
    state = await openDatabaseState(instance);
  });
  after(async () => {
    await state.close();
    await instance.close();
  });

  const send = (...lines: readonly [string, ...string[]]): Promise<RawReply> =>
    sendRaw(instance.url, requestOf(...lines) + (lines.includes("Content-Length: 2") ? "{}" : ""));
  const codeOf = ({ status, body }: RawReply): readonly [number, string] => [
    status,
    /"code":"([a-z_]+)"/.exec(body)?.[1] ?? "ok",
  ];

  it("of the instance and of loopback are accepted, in every spelling", async () => {
    for (const host of OWN) {
      assert.equal((await send("GET /setup HTTP/1.1", `Host: ${host}`)).status, 200, host);
      const session = await send("GET /api/session HTTP/1.1", `Host: ${host}`, cookie, "Sec-Fetch-Site: same-origin");
      assert.equal(session.status, 200, `${host}: ${session.raw}`);
    }
  });

  it("that are foreign get 421 on everything that a browser uses, with the setting to change, and nothing changes", async () => {
    for (const host of FOREIGN) {
      for (const [line, ...headers] of BROWSER_REQUESTS) {
        const origin = ["Origin: http://" + host, "Sec-Fetch-Site: same-origin", cookie];
        for (const more of [[], origin, ["X-Forwarded-Host: tokens.example.com"]]) {
          const reply = await send(line, `Host: ${host}`, ...headers, ...more);
          assert.deepEqual(codeOf(reply), [421, "host_unknown"], `${host} ${line}: ${reply.raw}`);
          assert.equal(reply.headers["content-type"], "application/problem+json");
          assert.match(reply.body, /set MINTMARK_BASE_URL to it/);
          assert.match(reply.body, /https:\/\/tokens\.example\.com:8443/);
          assert.equal(reply.headers["set-cookie"], undefined);
        }
      }
    }
    assert.deepEqual(await state.changed(), []);
  });

  it("that are foreign are refused in readable text where a person opens a page", async () => {
    const page = ["Accept: text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Dest: document"];
    const reply = await send("GET /settings/tokens HTTP/1.1", "Host: evil.example", ...page);
    assert.equal(reply.status, 421);
    assert.equal(reply.headers["content-type"], "text/plain; charset=utf-8");
    assert.equal(reply.headers["x-content-type-options"], "nosniff");
    assert.match(reply.body, /^421 The instance does not serve this host name\n\nThis instance .*BASE_URL/);
    assert.match(reply.body, /\n\nRequest [0-9a-f]{32}\n$/);
    assert.equal(reply.headers["content-length"], String(Buffer.byteLength(reply.body)));
    const sent = await send("POST /api/sign-in HTTP/1.1", "Host: evil.example", ...page, "Content-Length: 0");
    assert.deepEqual(codeOf(sent), [421, "host_unknown"], "a path without a page returns a problem");
  });

  it("may be any for health, verification, revocation and metrics", async () => {
    for (const host of [...FOREIGN, ...OWN]) {
      for (const line of BY_ANY_NAME) {
        const token = line.endsWith("/metrics") ? [`Authorization: Bearer ${METRICS}`] : [];
        const { status, raw } = await send(`${line} HTTP/1.1`, `Host: ${host}`, "Content-Length: 0", ...token);
        assert.ok(status !== 421 && status !== 404 && status < 500, `${host} ${line}: ${raw}`);
      }
    }
  });

  it("may be any for a program that sends a credential, and for no browser, whatever it sends", async () => {
    const credentials = [`Authorization: Bearer ${token.secret}`, `X-API-Key: ${token.secret}`];
    const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
    const mcp = ["Content-Type: application/json", `Content-Length: ${list.length}`] as const;
    for (const credential of credentials) {
      const named = ["Host: mintmark.internal:3210", credential] as const;
      assert.equal((await send("GET /api/whoami HTTP/1.1", ...named)).status, 200);
      const accept = "Accept: application/json, text/event-stream";
      const called = await sendRaw(instance.url, requestOf("POST /mcp HTTP/1.1", ...named, ...mcp, accept) + list);
      assert.equal(called.status, 200, called.raw);
      for (const sign of [
        "Origin: http://mintmark.internal:3210",
        "Sec-Fetch-Site: same-origin",
        cookie,
        "Origin: null",
      ]) {
        for (const [line, ...headers] of BROWSER_REQUESTS) {
          const reply = await send(line, ...named, ...headers, sign);
          assert.deepEqual(codeOf(reply), [421, "host_unknown"], `${line} ${sign}`);
        }
      }
      // A page has no credential, and no credential opens one.
      for (const path of ["/", "/setup", "/docs"])
        assert.deepEqual(codeOf(await send(`GET ${path} HTTP/1.1`, ...named)), [421, "host_unknown"], path);
    }
  });

  it("are read from a target in absolute form before they are read from Host", async () => {
    const own = "Host: localhost";
    for (const target of ["http://evil.example/setup", "https://evil.example:1/api/session", "HTTP://evil.example"])
      assert.deepEqual(codeOf(await send(`GET ${target} HTTP/1.1`, own)), [421, "host_unknown"], target);
    assert.equal((await send("GET http://tokens.example.com/setup HTTP/1.1", "Host: evil.example")).status, 200);
    assert.equal((await send("GET http://evil.example/readyz HTTP/1.1", own)).status, 200);
    assert.deepEqual(codeOf(await send("GET http://evil.example@localhost/ HTTP/1.1", own)), [
      400,
      "request_malformed",
    ]);
  });

  it("must be given once and well-formed, or may be absent in HTTP/1.0, which no browser speaks", async () => {
    for (const host of MALFORMED)
      assert.deepEqual(codeOf(await send("GET / HTTP/1.1", `Host: ${host}`)), [400, "request_malformed"], host);
    const twice = await send("GET / HTTP/1.1", "Host: localhost", "Host: evil.example");
    assert.deepEqual(codeOf(twice), [400, "request_malformed"]);
    assert.deepEqual(codeOf(await send("GET / HTTP/1.1")), [400, "request_malformed"]);
    assert.equal((await send("GET /setup HTTP/1.0")).status, 200);
    assert.deepEqual(codeOf(await send("GET / HTTP/1.0", "Host: evil.example")), [421, "host_unknown"]);
  });

  it("in an Origin are compared too, even where the browser says same-origin", async () => {
    const post = (...headers: readonly string[]): Promise<RawReply> =>
      send("POST /api/sign-out HTTP/1.1", "Host: localhost", cookie, "Content-Length: 0", ...headers);
    for (const origin of [
      "http://evil.example",
      "https://tokens.example.com.evil.example",
      "null",
      "tokens.example.com",
    ]) {
      for (const site of [["Sec-Fetch-Site: same-origin"], []])
        assert.deepEqual(codeOf(await post(`Origin: ${origin}`, ...site)), [403, "cross_site_request"], origin);
    }
    assert.deepEqual(await state.changed(), []);
    assert.ok((await post("Origin: http://localhost:3210", "Sec-Fetch-Site: same-origin")).status < 300);
  });
});

describe("an instance without MINTMARK_BASE_URL", () => {
  it("that listens on every interface refuses another name, and says which setting to change", async (t) => {
    const instance = await startInstance({ env: { MINTMARK_HOST: "0.0.0.0" } });
    t.after(() => instance.close());
    const { body } = await sendRaw(instance.url, requestOf("GET / HTTP/1.1", "Host: 192.168.1.5:3210"));
    assert.match(body, /not at 192\.168\.1\.5:3210.*set MINTMARK_BASE_URL to it and restart/);
    const { status } = await sendRaw(instance.url, requestOf("GET /setup HTTP/1.1", "Host: localhost:3210"));
    assert.equal(status, 200);
  });

  it("that listens on one address responds under it", async (t) => {
    const instance = await startInstance({ env: { MINTMARK_HOST: "127.0.0.2" } }).catch(() => null);
    if (instance === null) return t.skip("this machine has no 127.0.0.2");
    t.after(() => instance.close());
    const at = instance.deps.settings.baseUrl;
    assert.equal((await sendRaw(at, requestOf("GET /setup HTTP/1.1", `Host: ${new URL(at).host}`))).status, 200);
  });
});
