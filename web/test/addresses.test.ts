// The app reads its addresses with care and writes them without loss.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSearch, pickText, stringifySearch } from "../src/app/search-params.ts";
import { parseTheme } from "../src/app/theme.ts";
import { isSameEmail } from "../src/features/invitation/invited-person.ts";
import { textForAddress } from "../src/ui/search-text.ts";
import { readLinkSecret } from "../src/session/link-secret.ts";

describe("queries", () => {
  it("stay text, whatever they look like", () => {
    assert.deepEqual(parseSearch("?name=123&expires=true&x=%22y%22"), { name: "123", expires: "true", x: '"y"' });
  });
  it("are written without empty values", () => {
    assert.equal(
      stringifySearch({ returnTo: "/a?b=c", empty: "", none: undefined, number: 3 }),
      "?returnTo=%2Fa%3Fb%3Dc",
    );
    assert.equal(stringifySearch({}), "");
  });
  it("pickText() takes only the named texts", () => {
    assert.deepEqual(pickText({ state: "over", token: "secret", name: 5 }, ["state", "name"]), { state: "over" });
  });
});

describe("textForAddress()", () => {
  it("keeps what people search for, ids included, and of a secret at most the prefix that lists show", () => {
    for (const text of ["CI deploy", "ada@example.com", `usr_${"0123456789abcdef".repeat(2)}`, "mm_pat_123"])
      assert.equal(textForAddress(` ${text} `), text);
    const secret = `mm_pat_123${"0123456789".repeat(4)}`;
    for (const pasted of [secret, `Bearer ${secret}`, secret.slice(0, 30), `TOKEN=${secret.toUpperCase()}`])
      assert.equal(textForAddress(pasted), "mm_pat_123", pasted);
    for (const other of [`ghp_${"a1".repeat(18)}`, "f".repeat(64)]) assert.equal(textForAddress(other), "", other);
  });
});

describe("readLinkSecret()", () => {
  it("reads a code only on the page that it is for", () => {
    assert.equal(readLinkSecret("/setup", "#code=abc"), "abc");
    assert.equal(readLinkSecret("/invitation/", "#token=abc"), "abc");
    assert.equal(readLinkSecret("/invitation", "#code=abc"), null);
    assert.equal(readLinkSecret("/settings/tokens", "#token=abc"), null);
    assert.equal(readLinkSecret("/setup", ""), null);
    assert.equal(readLinkSecret("/setup", "#code="), null);
  });
});

it("parseTheme() follows the system for anything it does not know", () => {
  assert.equal(parseTheme("dark"), "dark");
  assert.equal(parseTheme("blue"), "system");
  assert.equal(parseTheme(null), "system");
});

it("isSameEmail() ignores case and spelling of accents", () => {
  assert.equal(isSameEmail("Ada@Example.com ", "ada@example.com"), true);
  assert.equal(isSameEmail("jose\u0301@example.com", "jos\u00E9@example.com"), true);
  assert.equal(isSameEmail("ada@example.com", "ada@example.org"), false);
});
