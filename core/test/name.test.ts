import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { EMAIL_MAX_LENGTH, emailKey, NAME_MAX_LENGTH, parseEmail, parseName, visibleName } from "../src/input.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "grapheme-composite", maxLength: 120 }),
);
const between = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));

/** Characters with which a name could disguise itself in a list or a log. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  control: [...between(0x00, 0x1f), ...between(0x7f, 0x9f)],
  bidirectional: ["\u061c", "\u200e", "\u200f", ...between(0x202a, 0x202e), ...between(0x2066, 0x2069)],
  "zero-width": ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u180e", "\u00ad"],
  "line-breaking": ["\u2028", "\u2029", "\u0085"],
  filler: ["\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u034f"],
  tag: between(0xe0000, 0xe007f),
  "half a": ["\ud800", "\udfff"],
  private: ["\ue000", "\u{f0000}"],
  unassigned: ["\u0378", "\u{1fffe}"],
};

describe("visibleName()", () => {
  it("takes out what could disguise a name, and cuts it", () => {
    const made: readonly (readonly [string, string | null])[] = [
      ["laptop", "laptop"],
      ["  Ada\u2019s\n\tlap\u0007top ", "Ada\u2019s laptop"],
      ["\u202egpj.exe\u2066\u200b", "gpj.exe"],
      ["tag\u{e0041}ged", "tagged"],
      ["half\ud83dpair", "half\ufffdpair"],
      ["", null],
      ["\u202e\u200b \u0000", null],
      ["x".repeat(70), "x".repeat(60)],
      ["\u{1f5a5}".repeat(70), "\u{1f5a5}".repeat(60)],
    ];
    for (const [text, name] of made) assert.equal(visibleName(text, 60), name, JSON.stringify(text));
  });
  it("makes names that a thing may have", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const name = visibleName(text, 60);
        return name === null || (parseName(name) !== null && [...name].length <= 60);
      }),
    );
  });
});

describe("parseName()", () => {
  it("keeps what people call things", () => {
    for (const name of ["CI deploy", "a", "Zoë", "日本語", "عربي", "हिन्दी", "x".repeat(100), "<b>&", "a/b", "'; --"]) {
      assert.equal(parseName(name), name);
    }
  });

  it("keeps emoji, also those of several characters", () => {
    for (const emoji of ["🚀", "👍🏽", "❤️", "🇩🇪", "1️⃣", "👩‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "❤️‍🔥", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]) {
      assert.equal(parseName(`${emoji} laptop`), `${emoji} laptop`);
      assert.equal(parseName(emoji), emoji);
    }
  });

  it("composes, so that two spellings of one name are one name", () => {
    assert.equal(parseName("Zoe\u0308"), "Zo\u00eb");
    fc.assert(
      fc.property(anyText, (text) => assert.equal(parseName(text.normalize("NFD")), parseName(text.normalize("NFC")))),
    );
  });

  it("removes the white space around, and keeps that inside", () => {
    assert.equal(parseName(" \t\n CI  deploy \u00a0\u3000"), "CI  deploy");
    for (const blank of ["", " ", "\t\n", "\u00a0", "\u2003\u3000"]) assert.equal(parseName(blank), null);
  });

  for (const [kind, characters] of Object.entries(FORBIDDEN)) {
    it(`refuses a ${kind} character inside`, () => {
      for (const character of characters) {
        const code = character.codePointAt(0)?.toString(16);
        assert.equal(parseName(`a${character}b`), null, `U+${code} is taken`);
        assert.equal(parseEmail(`a${character}b@example.com`), null, `U+${code} is taken in an address`);
      }
    });
  }

  it("refuses a joiner that joins no emoji", () => {
    for (const name of ["a\u200db", "👩\u200d", "\u200d💻", "👩\u200d\u200d💻", "👩\u200dx", "🚀\u200d🚀"]) {
      assert.equal(parseName(name), null, JSON.stringify(name));
    }
  });

  it("refuses halves of a character, also around an emoji", () => {
    assert.equal(parseName("\ud83d🚀\ude80"), null);
  });

  it("refuses a name that shows nothing", () => {
    for (const name of ["\ufe0f", "\ufe0e\ufe0f", "\u{e0100}", "\u180b", "\u17b4"]) {
      assert.equal(parseName(name), null, JSON.stringify(name));
    }
  });

  it("counts characters, not the units they are stored in", () => {
    assert.equal(parseName("🚀".repeat(NAME_MAX_LENGTH)), "🚀".repeat(NAME_MAX_LENGTH));
    assert.equal(parseName("🚀".repeat(NAME_MAX_LENGTH + 1)), null);
    // Counted after composing: 200 characters as typed are 100 as stored.
    assert.equal(parseName("e\u0301".repeat(NAME_MAX_LENGTH)), "é".repeat(NAME_MAX_LENGTH));
    assert.equal(parseName("é".repeat(NAME_MAX_LENGTH + 1)), null);
    assert.equal(parseName(` ${"x".repeat(NAME_MAX_LENGTH)} `), "x".repeat(NAME_MAX_LENGTH));
  });

  it("gives a name that it would take again as it is", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const name = parseName(text);
        if (name === null) return;
        assert.equal(parseName(name), name);
        assert.equal(name, name.normalize("NFC"));
        assert.equal(name, name.trim());
        assert.ok([...name].length >= 1 && [...name].length <= NAME_MAX_LENGTH);
        assert.ok(/[\p{L}\p{N}\p{P}\p{S}]/u.test(name), "it shows nothing");
      }),
      { numRuns: 1000 },
    );
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
    ];
    for (const email of refused) assert.equal(parseEmail(email), null, JSON.stringify(email));
  });

  it("takes a domain in ASCII only: characters that fold to it belong to another domain", () => {
    assert.equal(parseEmail("ann@\u017fhop.example"), null);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (domain) => {
        const email = parseEmail(`ann@${domain}.com`);
        if (email !== null) assert.match(email, /^ann@[a-zA-Z0-9.-]+$/);
      }),
    );
    for (const character of between(0x80, 0x2fff)) {
      const email = parseEmail(`ann@${character}.com`);
      // The Kelvin sign is composed to K before anybody sees it.
      if (email !== null) assert.equal(email, "ann@K.com");
    }
  });

  it(`takes ${EMAIL_MAX_LENGTH} characters and no more`, () => {
    const domain = `@${"d".repeat(60)}.example.com`;
    const longest = "a".repeat(EMAIL_MAX_LENGTH - domain.length) + domain;
    assert.equal(parseEmail(longest), longest);
    assert.equal(parseEmail(`a${longest}`), null);
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
