import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsSecret } from "@mintmark/core";
import { newSecret } from "../../server/src/secrets/generate.ts";
import { printable, printableJson } from "../src/printable.ts";

test("characters that move the cursor, hide text or change its direction are shown as escapes", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["\u001b[2J", "\\u001b[2J"],
    ["\u009b31m", "\\u009b31m"],
    ["a\nb\r\tc", "a\\u000ab\\u000d\\u0009c"],
    ["\u0000\u0007\u0008\u007f", "\\u0000\\u0007\\u0008\\u007f"],
    ["\u202eexe.txt\u2066", "\\u202eexe.txt\\u2066"],
    ["\u200b\ufeff\u00ad", "\\u200b\\ufeff\\u00ad"],
    ["\u2028\u2029", "\\u2028\\u2029"],
    ["\ud800", "\\ud800"],
    ["\u{e0041}", "\\udb40\\udc41"],
  ];
  for (const [text, shown] of cases) assert.equal(printable(text), shown);
});

test("names in any script and emoji of several characters stay unchanged", () => {
  for (const name of ["Zoë", "李小龍", "مريم", "👩‍👧", "🇨🇭", "क्‍ष"]) assert.equal(printable(name), name);
});

test("printable JSON stays JSON with the same content", () => {
  const value = { "a\u202e": ["\u001b[0m\n", "\u{e0041}", "\ud800", 'quote " and \\'], b: null };
  for (const indent of [0, 2]) {
    const text = printableJson(value, indent);
    assert.deepEqual(JSON.parse(text), value);
    assert.match(text.replaceAll("\n", ""), /^[\x20-\x7e]*$/);
  }
});

test("whole and partial secrets are cut out, and a prefix is not", () => {
  for (const kind of ["pat", "api_key", "service_key", "management_key"] as const) {
    const secret = newSecret("acme", kind).expose();
    for (const text of [secret, secret.slice(0, 30), secret.toUpperCase(), `x=${secret}&y`, `${secret}\n${secret}`]) {
      assert.doesNotMatch(printable(text), /[0-9a-f]{16}/i);
      assert.doesNotMatch(printableJson({ text }, 2), /[0-9a-f]{16}/i);
    }
    assert.equal(printable(secret.slice(0, 12)), secret.slice(0, 12));
    assert.equal(holdsSecret(`--token=${secret}`), true);
    assert.equal(holdsSecret(secret.slice(0, 12)), false);
  }
  const id = `pat_${"0123456789abcdef".repeat(2)}`;
  assert.equal(printable(id), id);
});
