import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import {
  EMAIL_MAX_LENGTH,
  emailDomain,
  emailKey,
  isPublicMailDomain,
  parseDomain,
  parseEmail,
  readableAddress,
} from "../src/email-address.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "grapheme-composite", maxLength: 120 }),
);

describe("the domain of an address", () => {
  it("is what follows the last @, in lower case", () => {
    assert.equal(emailDomain("Ada@Engines.Example"), "engines.example");
    assert.equal(emailDomain("odd@local@engines.example"), "engines.example");
  });

  it("is taken as people type it, and refused when it is no domain", () => {
    assert.equal(parseDomain(" @Engines.Example "), "engines.example");
    assert.equal(parseDomain("xn--bcher-kva.example"), "xn--bcher-kva.example");
    for (const text of [
      "",
      "engines",
      "ada@engines.example",
      "engines..example",
      "-a.example",
      "a.example/x",
      "127.0.0.1",
    ])
      assert.equal(parseDomain(text), null, text);
  });

  it("is public where anyone can have an address, also under it", () => {
    for (const domain of ["gmail.com", "outlook.com", "mailinator.com", "team.proton.me"])
      assert.ok(isPublicMailDomain(domain), domain);
    for (const domain of ["engines.example", "notgmail.com", "com", "gmail.com.engines.example"])
      assert.ok(!isPublicMailDomain(domain), domain);
  });
});

describe("parseEmail()", () => {
  it("takes what mail can be sent to", () => {
    for (const email of ["a@b.co", "ann.lee+ci@mail.example.com", "o'neil@example.com", "ann@xn--bcher-kva.example"]) {
      assert.equal(parseEmail(email), email);
    }
    assert.equal(parseEmail("  ann@example.com\n"), "ann@example.com");
    assert.equal(parseEmail("Ann@Example.COM"), "Ann@Example.COM");
    assert.equal(parseEmail("jose\u0301@example.com"), "jos\u00e9@example.com");
  });

  it("refuses what mail cannot be sent to, and what a mail header could be broken with", () => {
    const refused = [
      "",
      "ann",
      "@example.com",
      "ann@",
      "ann@localhost",
      "ann@@example.com",
      "ann@example.com@evil.com",
      "ann@-example.com",
      "ann@example-.com",
      "ann@example..com",
      "ann@.example.com",
      "ann@example.com.",
      "ann@example_com.org",
      "ann lee@example.com",
      "<ann@example.com>",
      "Ann <ann@example.com>",
      "ann@example.com, bob@example.com",
      "ann@example.com;bob",
      '"ann"@example.com',
      "ann@[127.0.0.1]",
      "ann\r\nBcc: bob@example.com",
      "ann@example.com\r\nBcc: bob",
      "a:b@example.com",
      "a..b@example.com",
      ".ann@example.com",
      "ann.@example.com",
      ".@example.com",
      `${"a".repeat(65)}@example.com`,
      `${"é".repeat(33)}@example.com`,
      `ann@${"d".repeat(64)}.example`,
      "ann@10.0.0.1",
      "ann@xn--a.example",
    ];
    for (const email of refused) assert.equal(parseEmail(email), null, JSON.stringify(email));
  });

  it("stores a domain in ASCII, the same for every spelling", () => {
    for (const [typed, stored] of [
      ["bob@bücher.example", "bob@xn--bcher-kva.example"],
      ["Bob@BU\u0308CHER.example", "Bob@xn--bcher-kva.example"],
      ["info@müller.de", "info@xn--mller-kva.de"],
      ["a@faß.de", "a@xn--fa-hia.de"],
      ["a@президент.рф", "a@xn--d1abbgf6aiiy.xn--p1ai"],
      ["a@日本.jp", "a@xn--wgv71a.jp"],
    ] as const) {
      assert.equal(parseEmail(typed), stored);
      assert.equal(emailKey(typed), emailKey(stored));
      assert.equal(parseDomain(typed.slice(typed.indexOf("@"))), emailDomain(stored));
    }
  });

  it("refuses a domain whose characters IDNA would replace: they belong to another domain", () => {
    for (const domain of ["\u017fhop.example", "１.com", "日本。jp", "a\u200db.com", "\u2603.net", "ｅxample.com"])
      assert.equal(parseEmail(`ann@${domain}`), null, domain);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (domain) => {
        const email = parseEmail(`ann@${domain}.com`);
        if (email !== null) assert.match(email, /^ann@[a-zA-Z0-9.-]+$/);
      }),
    );
    for (let code = 0x80; code < 0x2fff; code++) {
      const email = parseEmail(`ann@${String.fromCodePoint(code)}.com`);
      // The Kelvin sign is composed to K before anybody sees it.
      if (email !== null && email !== "ann@K.com") assert.match(email, /^ann@xn--[a-z0-9-]+\.com$/);
    }
  });

  it("takes nothing into a domain that has a meaning in a URL", () => {
    for (const end of [":80", "/a", "?a", "#a", "%41", "@b.example", "\\a"])
      assert.equal(parseEmail(`ann@bücher.example${end}`)?.endsWith("bcher-kva.example") ?? false, false, end);
  });

  it(`takes ${EMAIL_MAX_LENGTH} characters and no more`, () => {
    const domain = `.${"d".repeat(60)}.${"d".repeat(60)}.example.com`;
    const local = `${"a".repeat(64)}@`;
    const longest = `${local}${"d".repeat(EMAIL_MAX_LENGTH - local.length - domain.length)}${domain}`;
    assert.equal(parseEmail(longest), longest);
    assert.equal(parseEmail(longest.replace("@", "@d")), null);
  });

  it("returns in time for any text", () => {
    const hostile = ["a".repeat(100_000), `a@${"a-".repeat(50_000)}`, `a@${"a.".repeat(50_000)}`, "@".repeat(100_000)];
    for (const text of hostile) assert.equal(parseEmail(text), null);
    fc.assert(
      fc.property(anyText, (text) => {
        const email = parseEmail(text);
        if (email !== null) assert.equal(parseEmail(email), email);
      }),
    );
  });
});

describe("emailKey()", () => {
  it("is the same for spellings of one address", () => {
    assert.equal(emailKey("Ann@Example.COM"), emailKey("ann@example.com"));
    assert.equal(emailKey("JOSE\u0301@example.com"), emailKey("jos\u00e9@example.com"));
    assert.notEqual(emailKey("ann@example.com"), emailKey("anna@example.com"));
  });

  it("is a key of itself", () => {
    fc.assert(fc.property(anyText, (text) => assert.equal(emailKey(emailKey(text)), emailKey(text))));
  });
});

describe("readableAddress()", () => {
  it("shows a domain in its characters", () => {
    for (const address of ["bob@bücher.example", "a@президент.рф", "a@日本.jp", "a@faß.de", "bücher.example"])
      assert.equal(
        readableAddress(address.includes("@") ? (parseEmail(address) ?? "") : emailDomain(address)),
        address,
      );
    assert.equal(readableAddress("Ann@Example.com"), "Ann@Example.com");
  });

  it("leaves one that could pass for another, or reorder the text around it", () => {
    for (const typed of ["a@аррӏе.com", "a@pаypal.com", "a@نامه.com", "a@ıcloud.com", "a@ορ.com"]) {
      const stored = parseEmail(typed);
      assert.match(stored ?? "", /@xn--/);
      assert.equal(readableAddress(stored ?? ""), stored);
    }
  });

  it("is the same address for every text", () => {
    fc.assert(fc.property(anyText, (text) => assert.equal(emailKey(readableAddress(text)), emailKey(text))));
  });
});
