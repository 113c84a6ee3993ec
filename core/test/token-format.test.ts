// A secret is refused by its text alone whenever one character of it is not what it was.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import {
  afterTag,
  type CredentialKind,
  crc32Hex,
  findSecrets,
  formatSecret,
  holdsSecret,
  parseSecret,
  PREFIX_LENGTH,
  prefixIn,
  prefixOf,
  redactSecrets,
  SECRET_DIGITS,
  SECRET_RANDOM_BYTES,
  secretPattern,
  SHORTEST_SECRET,
  trimSecret,
} from "../src/format.ts";

const KINDS: readonly CredentialKind[] = ["pat", "api_key", "service_key", "management_key"];
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
/** What a copy can put in place of a character: other digits, look-alikes, white space, another script. */
const INTRUDERS = [...PRINTABLE, "\n", "\t", "\0", "\u00a0", "\u200b", "а", "０", "é", "😀"];

const kinds = fc.constantFrom(...KINDS);
const random = fc.uint8Array({ minLength: SECRET_RANDOM_BYTES, maxLength: SECRET_RANDOM_BYTES });
const brands = fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/);
const asciiText = fc.string({ unit: "binary-ascii" });

describe("a secret", () => {
  it("is its brand, its kind, 160 random bits and the checksum of all before it", () => {
    fc.assert(
      fc.property(brands, kinds, random, (brand, kind, bytes) => {
        const text = formatSecret(brand, kind, bytes).expose();
        const tag = { pat: "pat", api_key: "key", service_key: "svc", management_key: "mgt", page_token: "emb" }[kind];
        const body = `${brand}_${tag}_${Buffer.from(bytes).toString("hex")}`;
        assert.equal(text, body + crc32(body).toString(16).padStart(8, "0"));
        assert.deepEqual(parseSecret(text, new Set([brand])), { ok: true, kind });
      }),
    );
  });

  it("keeps the form that was published", () => {
    const zeros = formatSecret("mm", "pat", new Uint8Array(20)).expose();
    assert.equal(zeros, "mm_pat_0000000000000000000000000000000000000000c56f1f60");
    const counting = formatSecret(
      "acme",
      "api_key",
      Uint8Array.from({ length: 20 }, (_, i) => i),
    ).expose();
    assert.equal(counting, "acme_key_000102030405060708090a0b0c0d0e0f101112130c2238e5");
    assert.match(zeros, /^mm_pat_[0-9a-f]{48}$/);
  });

  it("pads a checksum that begins with zeros", () => {
    const padded = fc
      .sample(random, { numRuns: 2000, seed: 1 })
      .find((bytes) => /^.{47}0/.test(formatSecret("mm", "pat", bytes).expose()));
    assert.ok(padded !== undefined, "no sample has such a checksum");
    const text = formatSecret("mm", "pat", padded).expose();
    assert.equal(text.length, 55);
    assert.deepEqual(parseSecret(text, new Set(["mm"])), { ok: true, kind: "pat" });
  });

  it("is not made from a wrong brand or too little randomness", () => {
    for (const brand of ["", "MM", "m-m", "1m", "abcde", "mm\n"]) {
      assert.throws(() => formatSecret(brand, "pat", new Uint8Array(20)), /brand/);
    }
    for (const length of [0, 19, 21]) {
      assert.throws(() => formatSecret("mm", "pat", new Uint8Array(length)), /20 random bytes/);
    }
  });
});

describe("the checksum", () => {
  it("is the CRC-32 that zlib computes", () => {
    assert.equal(crc32Hex("123456789"), "cbf43926");
    fc.assert(
      fc.property(asciiText, (text) => {
        assert.equal(crc32Hex(text), crc32(text).toString(16).padStart(8, "0"));
      }),
    );
  });

  it("can be taken of the beginning of a text", () => {
    fc.assert(
      fc.property(asciiText, asciiText, (head, tail) => {
        assert.equal(crc32Hex(head + tail, head.length), crc32Hex(head));
      }),
    );
  });
});

describe("parseSecret()", () => {
  // Brands that a change of one character turns "mm" into: only the checksum stands between them.
  const neighbours = new Set(["mm", "m", "mmm", "am", "ma"]);
  const isAccepted = (text: string): boolean => parseSecret(text, neighbours).ok;

  const eachSecret = (check: (secret: string) => void): void => {
    for (const kind of KINDS) {
      for (const bytes of fc.sample(random, 5)) check(formatSecret("mm", kind, bytes).expose());
    }
  };

  it("refuses every change of one character", () => {
    eachSecret((secret) => {
      for (let at = 0; at < secret.length; at++) {
        for (const intruder of INTRUDERS) {
          if (intruder === secret[at]) continue;
          const changed = secret.slice(0, at) + intruder + secret.slice(at + 1);
          assert.equal(isAccepted(changed), false, `${JSON.stringify(intruder)} at ${at} of ${secret}`);
        }
      }
    });
  });

  it("refuses every insertion of one character", () => {
    eachSecret((secret) => {
      for (let at = 0; at <= secret.length; at++) {
        for (const intruder of INTRUDERS) {
          const changed = secret.slice(0, at) + intruder + secret.slice(at);
          assert.equal(isAccepted(changed), false, `${JSON.stringify(intruder)} before ${at} of ${secret}`);
        }
      }
    });
  });

  it("refuses every deletion of one character, and every truncation", () => {
    eachSecret((secret) => {
      for (let at = 0; at < secret.length; at++) {
        assert.equal(isAccepted(secret.slice(0, at) + secret.slice(at + 1)), false, `without ${at} of ${secret}`);
        assert.equal(isAccepted(secret.slice(0, at)), false, `the first ${at} of ${secret}`);
      }
    });
  });

  it("refuses two neighbours that changed places", () => {
    eachSecret((secret) => {
      for (let at = 1; at < secret.length; at++) {
        const [left, right] = [secret.charAt(at - 1), secret.charAt(at)];
        if (left === right) continue;
        assert.equal(isAccepted(secret.slice(0, at - 1) + right + left + secret.slice(at + 1)), false);
      }
    });
  });

  it("refuses upper case, of one letter or of all", () => {
    eachSecret((secret) => {
      assert.deepEqual(parseSecret(secret.toUpperCase(), neighbours), { ok: false, code: "token_malformed" });
      for (let at = 0; at < secret.length; at++) {
        const upper = secret.charAt(at).toUpperCase();
        if (upper !== secret[at]) assert.equal(isAccepted(secret.slice(0, at) + upper + secret.slice(at + 1)), false);
      }
    });
  });

  it("tells a checksum that does not match from a text that is no secret", () => {
    const secret = formatSecret("mm", "pat", new Uint8Array(20)).expose();
    const brand = new Set(["mm"]);
    assert.deepEqual(parseSecret(secret.replace("_0", "_1"), brand), { ok: false, code: "token_checksum_mismatch" });
    for (const text of ["", " ", `${secret} `, ` ${secret}`, `${secret}\n`, `Bearer ${secret}`, `"${secret}"`]) {
      assert.deepEqual(parseSecret(text, brand), { ok: false, code: "token_malformed" }, JSON.stringify(text));
    }
  });

  it("refuses a foreign brand, and goes on accepting a retired one", () => {
    fc.assert(
      fc.property(brands, kinds, random, (brand, kind, bytes) => {
        fc.pre(brand !== "mm");
        const secret = formatSecret(brand, kind, bytes).expose();
        assert.deepEqual(parseSecret(secret, new Set(["mm"])), { ok: false, code: "token_wrong_issuer" });
        assert.deepEqual(parseSecret(secret, new Set(["mm", brand])), { ok: true, kind });
      }),
    );
  });

  it("names the foreign brand before it looks at the checksum", () => {
    const foreign = `zz_pat_${"0".repeat(48)}`;
    assert.deepEqual(parseSecret(foreign, new Set(["mm"])), { ok: false, code: "token_wrong_issuer" });
  });

  it("returns for any text", () => {
    const texts = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "binary", minLength: 1000 }), asciiText);
    fc.assert(fc.property(texts, (text) => assert.equal(parseSecret(text, neighbours).ok, false)));
  });
});

describe("what may be shown of a secret", () => {
  it("is its first ten characters, which say little of its randomness", () => {
    fc.assert(
      fc.property(brands, kinds, random, (brand, kind, bytes) => {
        const secret = formatSecret(brand, kind, bytes);
        const prefix = prefixOf(secret);
        assert.equal(prefix.length, PREFIX_LENGTH);
        assert.ok(secret.expose().startsWith(prefix));
        assert.ok(prefix.length - `${brand}_pat_`.length <= 4, "more than 16 random bits are shown");
      }),
    );
  });
});

describe("redactSecrets() and holdsSecret()", () => {
  const zeros = new Uint8Array(SECRET_RANDOM_BYTES);
  const secret = formatSecret("acme", "api_key", zeros).expose();

  it("find a secret of any brand and kind, in any case, wherever it stands", () => {
    for (const brand of ["m", "mm", "acme"]) {
      for (const kind of KINDS) {
        const text = formatSecret(brand, kind, zeros).expose();
        for (const one of [text, text.toUpperCase(), `id${text}0x`, `?token=${text}&a=b`, `${text}\n${text}`]) {
          assert.equal(holdsSecret(one), true, one);
          assert.doesNotMatch(redactSecrets(one), /0{8}/, one);
        }
      }
    }
  });

  it("treat a part of a secret that is longer than any prefix as one", () => {
    const tag = "acme_key_".length;
    assert.equal(redactSecrets(`a ${secret.slice(0, tag + 8)}, b`), "a [secret], b");
    assert.equal(holdsSecret(secret.slice(0, tag + 7)), false);
  });

  it("leave prefixes and ids as they are", () => {
    for (const brand of ["m", "mm", "acme"]) {
      const prefix = prefixOf(formatSecret(brand, "pat", zeros));
      for (const text of [
        prefix,
        `pat_${"0".repeat(32)}`,
        `key_${"a".repeat(32)}`,
        `${prefix}… pat_${"0".repeat(32)}`,
      ]) {
        assert.equal(redactSecrets(text), text);
        assert.equal(holdsSecret(text), false);
      }
    }
  });
});

describe("prefixIn() and afterTag()", () => {
  const secret = formatSecret("mm", "pat", new Uint8Array(SECRET_RANDOM_BYTES).fill(0x0a));

  it("prefixIn() gives the prefix that lists show, of a whole secret and of its beginning", () => {
    const text = secret.expose();
    for (const typed of [text, `TOKEN=${text.toUpperCase()}`, text.slice(0, 20), prefixOf(secret), `a ${text} b`])
      assert.equal(prefixIn(typed), prefixOf(secret), typed);
    assert.equal(prefixIn("mm_pat_0"), "mm_pat_0");
    for (const typed of ["", "my pat_", "mm_pat_", "mm_pot_0a0a", `pat_${"0".repeat(32)}`])
      assert.equal(prefixIn(typed), null, typed);
  });

  it("afterTag() gives the rest of what begins as a secret does", () => {
    assert.equal(afterTag(secret.expose())?.length, SECRET_DIGITS);
    assert.equal(afterTag("MM_PAT_xyz"), "xyz");
    for (const text of ["", "mm", "mm_pat", " mm_pat_0", "toolong_pat_0", "0m_pat_0"])
      assert.equal(afterTag(text), null, text);
  });

  it("SHORTEST_SECRET is the length of a secret with a brand of one letter", () => {
    const secretOf = formatSecret("m", "pat", new Uint8Array(SECRET_RANDOM_BYTES));
    assert.equal(secretOf.expose().length, SHORTEST_SECRET);
  });
});

describe("secretPattern()", () => {
  it("finds a secret wherever it stands in a text", () => {
    const around = fc.oneof(asciiText, fc.constantFrom("", "_", "x", "Bearer ", "?a=", "token_", "0", "%20", "\n"));
    fc.assert(
      fc.property(around, around, kinds, random, (before, after, kind, bytes) => {
        const secret = formatSecret("mm", kind, bytes).expose();
        const redacted = (before + secret + after).replaceAll(secretPattern("mm"), "");
        assert.ok(!redacted.includes(secret), "the secret is still there");
      }),
    );
  });

  it("leaves alone what is shown of a secret", () => {
    const secret = formatSecret("mm", "pat", new Uint8Array(20));
    const text = `token ${prefixOf(secret)} of mm_pat_ and other_pat_${"0".repeat(48)}`;
    assert.equal(text.replaceAll(secretPattern("mm"), "[secret]"), text);
  });
});

/** Characters that people and programs leave before and after a secret that they copy. */
const SURROUNDINGS: readonly (readonly [string, string])[] = [
  ["", "\n"],
  ["  ", "\t "],
  ["\uFEFF", ""],
  ["\u00EF\u00BB\u00BF", "\r\n"],
  ["\u200B", "\u2060"],
  ['"', '"'],
  ["'", "',"],
  ["`", "`"],
  ["Bearer ", ""],
  ["bearer  ", ""],
  ['"Bearer ', '"'],
  ["Authorization: Bearer ", "\r\n"],
  ["X-API-Key:", ""],
  ["TOKEN=", "\n"],
  ['export MINTMARK_TOKEN="', '";'],
  ["token: '", "'"],
];

describe("a text that somebody presents as a secret", () => {
  const secret = formatSecret("mm", "pat", new Uint8Array(20)).expose();
  const own = new Set(["mm", "a", "acme"]);

  it("is the secret, whatever copying put around it", () => {
    for (const [before, after] of SURROUNDINGS)
      assert.equal(trimSecret(before + secret + after), secret, JSON.stringify([before, after]));
    assert.equal(trimSecret(" \n"), "");
  });

  it("is revoked wherever it is accepted", () => {
    const piece = fc.constantFrom(...SURROUNDINGS.flat(), ...INTRUDERS, "x=", ":");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), fc.array(piece, { maxLength: 4 }), (before, after) => {
        const text = [...before, secret, ...after].join("");
        const accepted = trimSecret(text);
        if (parseSecret(accepted, own).ok) assert.ok(findSecrets(text, own).has(accepted), JSON.stringify(text));
      }),
    );
  });

  it("holds every secret that is found in it, each once, and nothing that is none", () => {
    const key = formatSecret("a", "api_key", new Uint8Array(20).fill(0xab)).expose();
    const [cut, flipped] = [secret.slice(0, -3), secret.replace(/.$/, "e")];
    const found = (text: string): readonly string[] => [...findSecrets(text, own)].toSorted();
    assert.deepEqual(found(`curl -H "Authorization: Bearer ${secret}" # ${secret} ${key}\n`), [key, secret].toSorted());
    assert.deepEqual(found(`${secret}${secret}${key}0`), [key, secret].toSorted());
    assert.deepEqual(found(secret.toUpperCase()), [secret]);
    assert.deepEqual(found(`${key.slice(0, -1)}${key}`), [key], "a truncated one runs into the next");
    assert.deepEqual(found(`${cut} ${flipped} zz${secret.slice(2)}`), []);
  });

  it("is read in time that grows with its length alone", () => {
    for (const unit of ["a", " ", "a ", "a=", "mm_pat_", "bearer ", "export ", '"', "-"]) {
      const text = unit.repeat(65_536 / unit.length);
      assert.equal(findSecrets(text, own).size, 0);
      assert.ok(trimSecret(text).length <= text.length);
    }
  });
});
