// Text that people and programs chose, as an email quotes it: it stays in its quotes, is no link, and reorders nothing.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { htmlOf, plain, quoted, textOf } from "../../src/mail/email.ts";

const emailWith = (...paragraphs: string[]) => ({ to: "a@b.example", subject: "Subject", paragraphs, reason: "" });
const shown = (text: string): string => plain(quoted(text));

describe("quoted()", () => {
  it("leaves ordinary names and programs as they are, in quotes", () => {
    for (const name of [
      "Acme",
      "Åsa Öström",
      "Acme Inc.",
      "R&D (Berlin)",
      "AT-Team 7",
      "a/b",
      "v1.2.3",
      "CI: deploy",
      "Ada’s laptop",
      "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
      "python-requests/2.31.0",
      "می\u200cخواهم",
      "10.0.0.1",
    ])
      assert.equal(shown(name).replace(/[\u2068\u2069]/g, ""), `“${name}”`);
  });

  it("puts what would make a link in brackets", () => {
    for (const [name, expected] of [
      ["evil.example", "“evil[.]example”"],
      ["https://evil.example/a", "“https[:]//evil[.]example/a”"],
      ["https://localhost/a", "“https[:]//localhost/a”"],
      ["ada@evil.example", "“ada@evil[.]example”"],
      ["www.1evil.example", "“www[.]1evil[.]example”"],
      ["evil\u3002example", "“evil[\u3002]example”"],
      ["mailto:ada", "“mailto[:]ada”"],
      ["\\\\evil\\share", "“[\\]\\evil\\share”"],
    ] as const)
      assert.equal(shown(name), expected);
  });

  it("keeps a text between its quotes, in one line, and short", () => {
    assert.equal(
      shown("x”. Your account will be deleted unless you call"),
      "“x'. Your account will be deleted unless you call”",
    );
    assert.equal(shown("a\r\n\r\nb"), "“a b”");
    assert.equal(shown("x".repeat(120)), `“${"x".repeat(99)}…”`);
    assert.equal(shown("\u202eevil\u2069\u2066"), "“evil”");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 2, max: 160 }), (text, most) => {
        const inner = quoted(text, most).slice(2, -2);
        assert.doesNotMatch(inner, /["“”„‟«»″\r\n\u2066-\u2069\u202A-\u202E]/u);
        assert.ok([...inner.replace(/\[(.)\]/gu, "$1")].length <= most);
      }),
    );
  });

  it("isolates what runs from right to left, so that a list keeps its quotes", () => {
    const list = `${quoted("שלום")}, ${quoted("Acme")}, ${quoted("שרת")}`;
    assert.match(textOf(emailWith(list)), /^“\u2068שלום\u2069”, “Acme”, “\u2068שרת\u2069”$/m);
    const html = htmlOf(emailWith(list));
    assert.equal(html.match(/“<bdi [^>]*>[^<]+<\/bdi>”/g)?.length, 3);
    assert.doesNotMatch(html, /[\u2066-\u2069]/);
  });

  it("breaks a long name in HTML rather than widening the email", () => {
    assert.match(htmlOf(emailWith(quoted("W".repeat(100)))), /overflow-wrap:anywhere/);
  });
});
