import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { formatId, ID_PREFIX, type IdKind, isId } from "../src/format.ts";

const kinds = Object.keys(ID_PREFIX) as IdKind[];

describe("formatId()", () => {
  it("says what the id names before its 128 random bits", () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.stringMatching(/^[0-9a-f]{32}$/), (kind, hex) => {
        assert.equal(formatId(kind, hex), `${ID_PREFIX[kind]}_${hex}`);
      }),
    );
  });

  it("gives each kind its own prefix", () => {
    assert.equal(new Set(Object.values(ID_PREFIX)).size, kinds.length);
    for (const prefix of Object.values(ID_PREFIX)) assert.match(prefix, /^[a-z]{3}$/);
  });

  it("is made from nothing but 32 lower-case hex digits", () => {
    for (const hex of ["", "0".repeat(31), "0".repeat(33), "A".repeat(32), "g".repeat(32), `${"0".repeat(32)}\n`]) {
      assert.throws(() => formatId("user", hex), /32 lower-case hex digits/);
    }
  });
});

describe("isId()", () => {
  const digits = "0123456789abcdef".repeat(2);

  it("knows every id that formatId() makes, as of its kind only", () => {
    for (const kind of kinds) {
      const id = formatId(kind, digits);
      assert.ok(isId(id));
      for (const other of kinds) assert.equal(isId(id, other), other === kind, `${id} as ${other}`);
    }
  });

  it("refuses every other text", () => {
    for (const text of [
      "",
      "pat",
      `pat_${digits}0`,
      `pat_${digits.slice(1)}`,
      `pat_${digits.toUpperCase()}`,
      ` pat_${digits}`,
      `pat_${digits}\n`,
      `pat-${digits}`,
      `xyz_${digits}`,
      `constructor_${digits}`,
    ])
      assert.equal(isId(text), false, JSON.stringify(text));
  });
});
