// Conditional requests (RFC 9110 §13), content codings (§12.5.3) and methods (§9), as every client and cache may write them.
import assert from "node:assert/strict";
import { get } from "node:http";
import { buffer } from "node:stream/consumers";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, it } from "node:test";
import { operations } from "../../src/http/operations.ts";
import { loadWebApp } from "../../src/http/pages/web-app.ts";
import { type RawReply, requestOf, sendRaw } from "../support/raw.ts";
import { withInstance } from "../support/with-instance.ts";

const PAGE = "/docs/operating";

describe("a file", () => {
  const { instance } = withInstance();

  const ask = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<RawReply> =>
    sendRaw(
      instance.url,
      requestOf(
        `${method} ${path} HTTP/1.1`,
        `Host: ${new URL(instance.url).host}`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ),
    );
  const tagOf = async (headers: Record<string, string> = {}): Promise<string> =>
    (await ask(PAGE, headers)).headers["etag"] ?? assert.fail("no ETag");

  it("is not sent again to a client that has it, in any form that the grammar allows", async () => {
    const tag = await tagOf();
    assert.match(tag, /^"[\w-]+"$/);
    for (const condition of [tag, `W/${tag}`, `"other", ${tag}`, `"a,b",W/"c" , W/${tag}`, `,, ${tag},`, "*", " * "]) {
      for (const method of ["GET", "HEAD"]) {
        const { status, headers, body } = await ask(PAGE, { "If-None-Match": condition }, method);
        assert.deepEqual([status, body], [304, ""], condition);
        assert.equal(headers["etag"], tag);
        assert.equal(headers["cache-control"], "no-cache");
        assert.equal(headers["vary"], "Accept-Encoding");
      }
    }
    for (const condition of ['"other"', `W/"other", "x"`, tag.slice(1, -1), `"${tag}`, "", `w/${tag}x`])
      assert.equal((await ask(PAGE, { "If-None-Match": condition })).status, 200, condition);
  });

  it("is refused to a client that wants another version of it", async () => {
    const tag = await tagOf();
    for (const condition of [tag, `"other", ${tag}`, "*"])
      assert.equal((await ask(PAGE, { "If-Match": condition })).status, 200, condition);
    // §13.1.1: the comparison is strong.
    for (const condition of ['"other"', `W/${tag}`]) {
      const { status, headers, body } = await ask(PAGE, { "If-Match": condition });
      assert.deepEqual([status, JSON.parse(body).code], [412, "precondition_failed"], condition);
      assert.equal(headers["content-type"], "application/problem+json");
    }
    // §13.2.2: If-Match comes first.
    assert.equal((await ask(PAGE, { "If-Match": '"other"', "If-None-Match": tag })).status, 412);
  });

  it("is sent in the coding that the client prefers, and never in one that it excludes", async () => {
    const gzip = [
      "gzip",
      "GZIP",
      "x-gzip",
      "gzip;q=0.001",
      "br, gzip",
      "*",
      "identity;q=0, gzip",
      "gzip;q=1.0, identity;q=0.5",
    ];
    const identity = [
      "",
      "identity",
      "br",
      "gzip;q=0",
      "gzip; q=0.000, deflate",
      "gzip ;q=0, *",
      "gzip;q=0.2, identity",
      "*;q=0, identity",
      "notgzip",
      "gzip-x",
    ];
    for (const accepted of gzip) {
      const { status, headers } = await ask(PAGE, { "Accept-Encoding": accepted });
      assert.deepEqual([status, headers["content-encoding"]], [200, "gzip"], accepted);
      assert.equal(headers["vary"], "Accept-Encoding");
    }
    for (const accepted of identity) {
      const { status, headers } = await ask(PAGE, { "Accept-Encoding": accepted });
      assert.deepEqual([status, headers["content-encoding"]], [200, undefined], accepted);
      assert.equal(headers["vary"], "Accept-Encoding");
    }
    for (const accepted of ["*;q=0", "gzip;q=0, identity;q=0", "identity;q=0", "identity;q=0, br", "br, *;q=0"]) {
      const { status, body } = await ask(PAGE, { "Accept-Encoding": accepted });
      assert.deepEqual([status, JSON.parse(body).code], [406, "not_acceptable"], accepted);
    }
  });

  it("has one tag for each coding, so that no cache mixes them", async () => {
    const [plain, gzipped] = [await tagOf(), await tagOf({ "Accept-Encoding": "gzip" })];
    assert.notEqual(plain, gzipped);
    const gzip = { "Accept-Encoding": "gzip" };
    assert.equal((await ask(PAGE, { ...gzip, "If-None-Match": gzipped })).status, 304);
    assert.equal((await ask(PAGE, { ...gzip, "If-None-Match": plain })).status, 200);
    assert.equal((await ask(PAGE, { "If-None-Match": gzipped })).status, 200);
    const plainBody = await (await fetch(instance.url + PAGE, { headers: { "Accept-Encoding": "identity" } })).text();
    assert.equal(gunzipSync(await bytesOf(instance.url + PAGE, gzip)).toString(), plainBody);
  });

  it("of the web app follows the same rules", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mintmark-web-"));
    try {
      writeFileSync(join(folder, "index.html"), `<!doctype html>${" ".repeat(2000)}`);
      const webApp = loadWebApp(folder);
      const respond = (headers: Record<string, string>): Response | null =>
        webApp.respond({ path: "/settings/tokens", headers: new Headers(headers), peer: undefined });
      const tag = respond({ "Accept-Encoding": "gzip" })?.headers.get("etag") ?? "";
      assert.equal(respond({ "Accept-Encoding": "gzip", "If-None-Match": `W/${tag}` })?.status, 304);
      assert.equal(respond({ "Accept-Encoding": "gzip;q=0" })?.headers.get("content-encoding"), null);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** The body as it is sent. `fetch` decodes it. */
function bytesOf(url: string, headers: Record<string, string>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => void buffer(response).then(resolve, reject)).on("error", reject);
  });
}

describe("a condition on a change", () => {
  const { instance, seed } = withInstance();

  it("that cannot hold is refused, and nothing changes: no operation has versions", async () => {
    const person = await seed.person();
    const organization = await seed.organization(person);
    const session = await seed.session(person, organization);
    const path = `/api/organizations/${organization.id}`;
    for (const condition of [{ "If-Match": '"1"' }, { "If-Match": 'W/"1", "2"' }, { "If-None-Match": "*" }]) {
      const { status, body } = await session.with(condition).patch(path, { name: "Changed" });
      assert.deepEqual([status, body.code], [412, "precondition_failed"], JSON.stringify(condition));
      assert.equal((await session.get(path)).body.name, organization.name);
    }
    const anonymous = await instance.client().with({ "If-Match": '"1"' }).patch(path, { name: "Changed" });
    assert.equal(anonymous.status, 401, "a refusal without the condition comes first");
    for (const condition of [{ "If-Match": "*" }, { "If-None-Match": '"1"' }])
      assert.equal((await session.with(condition).patch(path, { name: "Same" })).status, 200);
  });

  it("is refused in a coding that the server does not read", async () => {
    const { status, body } = await instance
      .client()
      .with({ "Content-Encoding": "gzip" })
      .post("/api/sign-in", { email: "a@example.com", password: "x" });
    assert.deepEqual([status, body.code], [415, "media_type_unsupported"]);
  });
});

describe("a method", () => {
  const { instance, seed } = withInstance();

  /** Every address of the router and a page of the web app, with an example for each parameter. */
  const paths = (): readonly string[] => [
    ...new Set(instance.app.routes.map(({ path }) => path)),
    "/settings/tokens",
    "/docs/quick-start",
  ];
  const addressOf = (path: string): string => path.replaceAll(/:\w+/g, "x").replace("*", "quick-start");

  it("that an address lacks gets 405 with the methods that it has, HEAD among them wherever GET is", async () => {
    for (const path of paths()) {
      for (const method of ["PROPFIND", "LOCK"]) {
        const { status, headers, raw } = await sendRaw(
          instance.url,
          requestOf(`${method} ${addressOf(path)} HTTP/1.1`, `Host: ${new URL(instance.url).host}`, "If-None-Match: *"),
        );
        assert.equal(status, 405, `${path}: ${raw}`);
        const allowed = (headers["allow"] ?? "").split(", ");
        assert.equal(allowed.includes("GET"), allowed.includes("HEAD"), path);
        assert.ok(allowed.includes("OPTIONS"), path);
        assert.ok(!allowed.includes(method));
      }
    }
  });

  it("OPTIONS names the methods of an address, grants another site nothing, and needs no credential", async () => {
    for (const path of paths()) {
      const health = ["/", "/healthz", "/readyz"].includes(path);
      const headers = { Origin: "https://evil.example", "Access-Control-Request-Method": "POST" };
      const response = await fetch(instance.url + addressOf(path), { method: "OPTIONS", headers });
      assert.equal(response.status, health ? 200 : 204, path);
      const wanted = operations.filter((one) => one.path.replaceAll(/\{(\w+)\}/g, ":$1") === path);
      const allowed = (response.headers.get("allow") ?? "").split(", ");
      for (const { method } of wanted) assert.ok(allowed.includes(method.toUpperCase()), path);
      assert.equal(response.headers.get("access-control-allow-origin"), null);
    }
    assert.equal((await fetch(`${instance.url}/api/nothing`, { method: "OPTIONS" })).status, 404);
  });

  it("OPTIONS is no permission for a proxy that asks at the wrong address", async () => {
    for (const name of ["X-Forwarded-Method", "X-Original-Method"]) {
      const request = { method: "OPTIONS", headers: { [name]: "OPTIONS" } };
      for (const path of ["/api/session", "/docs", "/mcp"])
        assert.equal((await fetch(instance.url + path, request)).status, 405, path);
    }
  });

  it("has its Allow too where only a field is refused with 405", async () => {
    const person = await seed.person();
    const session = await seed.session(person);
    const { id } = await seed.token(person, person.personal);
    const { status, headers } = await session.patch(`/api/personal-access-tokens/${id}`, { expiresAt: null });
    assert.deepEqual([status, headers.get("allow")], [405, "GET, HEAD, PATCH, DELETE, OPTIONS"]);
  });

  it("HEAD has the status and headers of GET, and leaves no export open", async () => {
    const person = await seed.person();
    const organization = await seed.organization(person);
    const session = await seed.session(person, organization);
    const { log } = instance;
    for (const path of [
      "/api/session",
      "/docs",
      "/healthz",
      "/openapi.json",
      `/api/organizations/${organization.id}/audit-events/export?format=csv`,
      "/api/nothing",
    ]) {
      const { headers } = session;
      const got = await fetch(instance.url + path, { headers });
      const head = await fetch(instance.url + path, { headers, method: "HEAD" });
      assert.equal(head.status, got.status, path);
      for (const name of ["content-type", "etag", "content-disposition"])
        assert.equal(head.headers.get(name), got.headers.get(name), `${path} ${name}`);
      assert.deepEqual([await head.text(), (await got.text()) === ""], ["", false]);
    }
    assert.ok(log.every((line) => !line.includes("could not be completed")));
  });
});
