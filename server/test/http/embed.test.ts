// What other sites may load and frame, by its headers: one page, by exactly the origins that the operator named. The
// element in a real browser is in e2e/test/embed-frame.test.ts.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { loadConfig } from "../../src/config/config.ts";
import { embedPages } from "../../src/http/pages/embed.ts";
import { loadWebApp } from "../../src/http/pages/web-app.ts";
import { Refusal } from "../../src/use-cases/use-case.ts";
import { withInstance } from "../support/with-instance.ts";

const ORIGINS = ["https://app.example.com", "http://localhost:8080"];

function directives(headers: Headers): Map<string, string> {
  const policy = headers.get("content-security-policy") ?? "";
  return new Map(policy.split("; ").map((part) => [part.split(" ", 1)[0] ?? "", part.split(" ").slice(1).join(" ")]));
}

describe("what other sites may load", () => {
  const folder = `${mkdtempSync(join(tmpdir(), "mintmark-embed-"))}/`;
  mkdirSync(join(folder, "embed"));
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  writeFileSync(join(folder, "embed/mintmark.js"), "export {};");
  writeFileSync(join(folder, "embed/tokens.html"), '<meta name="mintmark-embed-origins" content="" />');
  after(() => rmSync(folder, { recursive: true }));
  const webApp = loadWebApp(folder);

  const respond = async (path: string, headers: Record<string, string> = {}): Promise<Response> => {
    const page = embedPages(ORIGINS, folder).find((route) => route.path === path);
    assert.ok(page !== undefined, path);
    return page.respond({ path, headers: new Headers(headers), peer: undefined });
  };

  it("may be framed by exactly the named origins, runs no inline code, and sets no cookie", async () => {
    const page = await respond("/embed/tokens");
    const policy = directives(page.headers);
    assert.equal(policy.get("frame-ancestors"), ORIGINS.join(" "));
    assert.equal(page.headers.get("x-frame-options"), null, "it cannot name origins");
    assert.equal(policy.get("default-src"), "'none'");
    for (const name of ["script-src", "style-src", "connect-src"]) assert.equal(policy.get(name), "'self'", name);
    assert.equal(page.headers.get("set-cookie"), null);
    assert.equal(await page.text(), `<meta name="mintmark-embed-origins" content="${ORIGINS.join(" ")}" />`);
  });

  it("can be framed by a site that is isolated from other origins", async () => {
    const { headers } = await respond("/embed/tokens");
    assert.equal(headers.get("cross-origin-resource-policy"), "cross-origin");
    assert.equal(headers.get("cross-origin-embedder-policy"), "require-corp");
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
  });

  it("has a script that any site may load, and nobody may frame", async () => {
    const { headers } = await respond("/embed/mintmark.js");
    assert.equal(headers.get("content-type"), "text/javascript; charset=utf-8");
    assert.equal(headers.get("access-control-allow-origin"), "*");
    assert.equal(headers.get("access-control-allow-credentials"), null);
    assert.equal(headers.get("cross-origin-resource-policy"), "cross-origin");
    assert.equal(directives(headers).get("frame-ancestors"), "'none'");
    assert.equal(headers.get("x-frame-options"), "DENY");
  });

  it("is at no other address, and is no page of the web app", () => {
    for (const path of ["/embed/mintmark.js", "/embed/tokens.html", "/embed/tokens", "/embed"]) {
      const request = { path, headers: new Headers(), peer: undefined };
      assert.equal(webApp.has(request), false, path);
      const response = webApp.respond(request);
      assert.ok(response === null || response.status === 404, path);
      assert.equal(response?.headers.get("x-frame-options") ?? "DENY", "DENY", path);
    }
  });

  it("is no success for a proxy that asks whether a request may pass", async () => {
    for (const path of ["/embed/tokens", "/embed/mintmark.js"])
      await assert.rejects(respond(path, { "X-Forwarded-Method": "GET" }), (error: unknown) => {
        return error instanceof Refusal && error.code === "not_found";
      });
  });
});

describe("an instance that names no origin", () => {
  const { instance } = withInstance();

  it("has neither the page nor the script", async () => {
    for (const path of ["/embed/tokens", "/embed/mintmark.js"]) {
      const response = await fetch(instance.url + path);
      assert.equal(response.status, 404, path);
      assert.match(
        response.headers.get("content-security-policy") ?? "frame-ancestors 'none'",
        /frame-ancestors 'none'/,
      );
    }
  });
});

describe("MINTMARK_EMBED_ORIGINS", () => {
  const read = (text: string): readonly string[] => loadConfig({ MINTMARK_EMBED_ORIGINS: text }).settings.embedOrigins;

  it("takes exact origins, each once", () => {
    assert.deepEqual(read(` ${ORIGINS.join(" , ")},https://app.example.com,https://[2001:db8::1]:8443`), [
      ...ORIGINS,
      "https://[2001:db8::1]:8443",
    ]);
    assert.deepEqual(loadConfig({}).settings.embedOrigins, []);
  });

  it("stops the start for anything that is not exactly an origin, and names it", () => {
    const wrong = [
      "*",
      "https://*.example.com",
      "https:",
      "'self'",
      "app.example.com",
      "https://app.example.com/",
      "https://app.example.com/settings",
      "https://app.example.com:443",
      "https://APP.example.com",
      "https://user@app.example.com",
      "https://app.example.com?x",
      "https://app.example.com#x",
      "http://app.example.com",
      "http://localhost.example.com",
      "null",
      "file://",
      "data:text/html",
      "https://a.example.com https://b.example.com",
      "https://app.example.com; script-src *",
      'https://app.example.com"><script>',
    ];
    for (const origin of wrong)
      assert.throws(
        () => read(`https://good.example.com,${origin}`),
        (error: Error) =>
          error.message.includes("MINTMARK_EMBED_ORIGINS must be origins") && error.message.includes(origin),
        origin,
      );
    const many = Array.from({ length: 101 }, (_, index) => `https://a${index}.example.com`).join(",");
    assert.throws(() => read(many), /MINTMARK_EMBED_ORIGINS must be 100 origins or fewer/);
  });
});
