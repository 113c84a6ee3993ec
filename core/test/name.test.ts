import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { parseEmail } from "../src/email-address.ts";
import { NAME_MAX_LENGTH, parseName, visibleName } from "../src/input.ts";

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
  filler: ["\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u034f", "\u17b4", "\u17b5"],
  variation: [...between(0xfe00, 0xfe0f), ...between(0xe0100, 0xe01ef), ...between(0x180b, 0x180d), "\u180f"],
  "invisible format": [...between(0x1bca0, 0x1bca3), ...between(0x1d173, 0x1d17a), ...between(0x2061, 0x2065)],
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

  it("keeps the joiners that the spelling of a language needs", () => {
    const names = [
      "می\u200cخواهم", // Persian
      "کتاب\u200cها و نامه\u200cها",
      "उद्\u200cघाटन", // Hindi
      "क्\u200dष",
      "ශ්\u200dරී ලංකා", // Sinhala
      "র\u200d্য", // Bengali
      "சாஃப்ட்\u200cவேர்", // Tamil
    ];
    for (const name of names) assert.equal(parseName(name), name, JSON.stringify(name));
  });

  it("keeps a variation selector behind a character that has variants, and only one", () => {
    const names = ["葛\u{e0100}城", "\u2603\ufe0e", "\u00a9\ufe0f 2026", "\u182d\u180b\u1820"];
    for (const name of names) assert.equal(parseName(name), name, JSON.stringify(name));
    for (const name of ["葛\u{e0100}\u{e0100}", "\u2603\ufe0e\ufe0e", "1+\ufe0f1", "\u{e0100}葛", "é\ufe0f"])
      assert.equal(parseName(name), null, JSON.stringify(name));
  });

  it("makes one name of two that a joiner would only seem to tell apart", () => {
    // These characters join nothing that follows, so the non-joiner shows nothing.
    assert.equal(parseName("کار\u200cها"), "کارها");
    assert.equal(parseName("کاربر\u200cها ز\u200cا"), "کاربرها زا");
  });

  it("refuses a joiner where no emoji and no spelling needs it", () => {
    const names = [
      ["a\u200db", "👩\u200d", "\u200d💻", "👩\u200d\u200d💻", "👩\u200dx", "🚀\u200d🚀"],
      // At the ends, at a blank, doubled, without a virama, between two scripts, and the joiner in Arabic.
      ["می\u200c", "\u200cمی", "می\u200c خواهم", "می\u200c\u200cخواهم", "کار\u200c\u200cها", "क\u200cष", "क्\u200c"],
      ["क्\u200ca", "ක්\u200dष", "می\u200dخواهم", "م\u200ca", "a\u200cم", "می\u200c2"],
    ];
    for (const name of names.flat()) assert.equal(parseName(name), null, JSON.stringify(name));
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
