import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isolated } from "../src/ui/text.ts";

describe("isolated()", () => {
  it("leaves a name alone that runs from left to right", () => {
    for (const name of ["CI deploy", "日本語", "Zoë 🐢", "<b>", ""]) assert.equal(isolated(name), name);
  });
  it("puts a name that runs from right to left between marks that end with it", () => {
    assert.equal(isolated("שלום 1"), "\u2068שלום 1\u2069");
    assert.equal(isolated("مرحبا"), "\u2068مرحبا\u2069");
  });
  it("removes characters that could end the isolation early or change the direction", () => {
    assert.equal(isolated("a\u202eb\u2069c\u200f"), "abc");
    assert.equal(isolated("ש\u2069 admin \u2067"), "\u2068ש admin \u2069");
  });
});
