// Text that people chose, as an email quotes it. Text that a mail program could turn into a link is broken up.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { quoted } from "../../src/mail/email.ts";

describe("quoted()", () => {
  it("leaves ordinary names as they are, in quotes", () => {
    for (const name of ["Acme", "Åsa Öström", "Acme Inc.", "R&D (Berlin)", "AT-Team 7"])
      assert.equal(quoted(name), `“${name}”`);
  });

  it("breaks what looks like an address", () => {
    for (const [name, shown] of [
      ["evil.example", "“evil. example”"],
      ["https://evil.example/a", "“https: / / evil. example/ a”"],
      ["ada@evil.example", "“ada@ evil. example”"],
      ["evil\u3002example", "“evil\u3002 example”"],
      ["\\\\evil\\share", "“\\ \\ evil\\ share”"],
    ] as const)
      assert.equal(quoted(name), shown);
  });

  it("leaves no dot, colon, slash or at sign before a character that is no space", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", ".", ":", "/", "@", "\\", " ", "\u3002", "\uFF0E") }),
        (name) => {
          assert.doesNotMatch(quoted(name).slice(1, -1), /[.:/\\@\u3002\uFF0E]\S/u);
        },
      ),
    );
  });
});
