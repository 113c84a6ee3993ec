// The author of a link writes the page after signing in into the URL.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOME, returnToQuery, safeReturnTo } from "../src/session/return-to.ts";

describe("safeReturnTo()", () => {
  for (const path of ["/settings/tokens/new", "/cli/connect?name=laptop&expires=30", "/organization/members?q=a%2Fb"]) {
    it(`keeps ${path}`, () => assert.equal(safeReturnTo(path), path));
  }

  for (const text of [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/organization\\members",
    "/organization/mem\tbers",
    "/.//evil.example",
    "/a/..//evil.example",
    "javascript:alert(1)",
    " /settings",
    "settings",
    "",
    "/",
    "/sign-in",
    "/sign-in?returnTo=/sign-in",
    "/sign-up/",
    "/setup",
    "/api/session",
    `/${"a".repeat(3000)}`,
    undefined,
    ["/settings"],
  ]) {
    it(`sends ${JSON.stringify(text)?.slice(0, 40) ?? "nothing"} home`, () => assert.equal(safeReturnTo(text), HOME));
  }

  it("drops a fragment, which may hold a secret", () => {
    assert.equal(safeReturnTo("/settings/profile#token=abc"), "/settings/profile");
  });
});

describe("returnToQuery()", () => {
  it("leaves the home page out", () => assert.deepEqual(returnToQuery({ pathname: HOME, searchStr: "" }), {}));
  it("keeps path and query", () => {
    assert.deepEqual(returnToQuery({ pathname: "/cli/connect", searchStr: "?name=x" }), {
      returnTo: "/cli/connect?name=x",
    });
  });
});
