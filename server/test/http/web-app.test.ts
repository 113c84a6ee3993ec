// The web app's addresses, and that no other is taken for one: a page is a 200, and a proxy with the wrong
// address configured would take that for permission to let a request through.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { FAMILIAR_TOKEN_PATHS } from "@mintmark/core";
import { loadWebApp } from "../../src/http/pages/web-app.ts";

/** The files that declare the app's addresses. */
const ROUTERS = ["router.tsx", "open-routes.tsx", "admin-routes.tsx"].map(
  (name) => new URL(`../../../web/src/app/${name}`, import.meta.url),
);
/** Stands for every address that no page has. */
const REST = "$";

describe("the web app", () => {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-web-"));
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  after(() => rmSync(folder, { recursive: true }));
  const webApp = loadWebApp(folder);
  const statusOf = (path: string, headers: Record<string, string> = {}): number | null =>
    webApp.respond({ path, headers: new Headers(headers), peer: undefined })?.status ?? null;

  it("responds to every address of its router with the page", () => {
    const paths = ROUTERS.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/^ {2}path: "([^"]+)"/gm)].map(([, path]) => path as string),
    );
    assert.ok(paths.includes("/verify-email") && paths.includes("/admin/metrics"), paths.join());
    for (const path of paths.filter((candidate) => candidate !== REST)) assert.equal(statusOf(path), 200, path);
  });

  it("has no page at any other address", () => {
    const typos = [
      "/forwardauth",
      "/Forward-Auth",
      "/forward-auth;x",
      "/forward-auth%20",
      "//forward-auth",
      "/auth",
      "//",
    ];
    for (const path of typos) {
      assert.equal(statusOf(path), 404, path);
      const known = webApp.respond({ path: "/", headers: new Headers(), peer: undefined })?.headers.get("etag") ?? "";
      assert.equal(statusOf(path, { "If-None-Match": known }), 404, path);
    }
    for (const path of ["/forward-auth", "/forward-auth/", "/api", "/api/x", "/mcp", "/x.php"])
      assert.equal(statusOf(path), null, path);
  });

  it("is served at the addresses where other products have their tokens, and not below them", () => {
    for (const path of FAMILIAR_TOKEN_PATHS) assert.equal(statusOf(path), 200, path);
    for (const path of ["/profile", "/user/settings", "/tokens/x", "/-/", "/account"])
      assert.equal(statusOf(path), 404, path);
  });

  it("is never the response to a proxy that asks whether a request may pass", () => {
    for (const path of ["/", "/admin", "/settings/tokens"]) {
      assert.equal(statusOf(path, { "X-Forwarded-Method": "GET" }), null, path);
      assert.equal(statusOf(path, { "X-Original-Method": "GET" }), null, path);
    }
  });
});
