// `mintmark open` leads to pages that exist.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PAGES } from "../src/pages.ts";

const WEB = new URL("../../web/src/app/", import.meta.url);

test("every page that `mintmark open` knows is a page of the web app or of the server", () => {
  const router = ["router.tsx", "admin-routes.tsx"].map((name) => readFileSync(new URL(name, WEB), "utf8")).join("");
  const served = ["/docs", "/docs/api"];
  const missing = Object.values(PAGES).filter((path) => !router.includes(`path: "${path}",`) && !served.includes(path));
  assert.deepEqual(missing, []);
  assert.ok(!router.includes('path: "/settings/nowhere",'));
});

test("`mintmark open` knows every page of the side bar; one page stands for those of instance admins", () => {
  const navigation = readFileSync(new URL("navigation.ts", WEB), "utf8");
  const listed = [...navigation.matchAll(/\bto: "([^"]+)"/g)].map(([, path]) => path ?? "");
  assert.ok(listed.length > 15);
  const known = new Set(Object.values(PAGES));
  assert.deepEqual(
    listed.filter((path) => !known.has(path) && !path.startsWith("/admin/")),
    [],
  );
});
