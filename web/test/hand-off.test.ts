// Who may open the link of a hand-off without a question, and where a signed-out person goes.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Session } from "../src/api/types.ts";
import { isExpected } from "../src/session/last-person.ts";
import { readLinkSecret } from "../src/session/link-secret.ts";
import { HOME, hostSignIn, safeReturnTo, startsAtHost } from "../src/session/return-to.ts";

const user = { id: "usr_ada" } as Session["user"];
const handOff = { id: "hof_1", page: "tokens", returnUrl: null } as const;

describe("isExpected()", () => {
  it("asks when another person, or one who signed in here, would be replaced", () => {
    assert.equal(isExpected({ user, handOff }, "usr_ada", null), true);
    assert.equal(isExpected({ user, handOff }, "usr_mallory", "usr_mallory"), false);
    assert.equal(isExpected({ user, handOff: null }, "usr_ada", "usr_ada"), false);
  });
  it("asks when another person used the browser last, and not in a new one", () => {
    assert.equal(isExpected(null, "usr_ada", null), true);
    assert.equal(isExpected(null, "usr_ada", "usr_ada"), true);
    assert.equal(isExpected(null, "usr_mallory", "usr_ada"), false);
  });
});

describe("hostSignIn()", () => {
  const instance = { hostSignInUrl: "https://shop.example/in?x=1", baseUrl: "https://mm.example" };
  const returnOf = (path: string): string | null =>
    new URL(hostSignIn(instance, path) ?? assert.fail()).searchParams.get("return_to");
  it("names a page that a hand-off opens, at this instance", () => {
    assert.equal(returnOf("/device"), "https://mm.example/device");
    assert.equal(returnOf("/cli/authorize?a=b&c=d"), "https://mm.example/cli/authorize?a=b&c=d");
    for (const path of ["https://evil.example/device", "//evil.example", "/admin/users", "/hand-off", ""])
      assert.equal(returnOf(path), `https://mm.example${HOME}`);
  });
  it("keeps the host's own query, and asks for a new proof where one is due", () => {
    const url = new URL(hostSignIn(instance, "/device", { reauthenticate: true }) ?? assert.fail());
    assert.deepEqual([url.searchParams.get("x"), url.searchParams.get("reauthenticate")], ["1", "1"]);
    assert.equal(hostSignIn({ ...instance, hostSignInUrl: null }, "/device"), null);
  });
});

it("a hand-off's code is taken out of the address, and no way back leads to it", () => {
  assert.equal(readLinkSecret("/hand-off/", "#code=abc"), "abc");
  assert.equal(safeReturnTo("/hand-off?returnTo=/device"), HOME);
  assert.ok(startsAtHost("/device") && startsAtHost("/cli/authorize") && !startsAtHost(HOME));
});
