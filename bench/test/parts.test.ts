import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSecret } from "@mintmark/core";
import { CASE_NAMES } from "../src/cases.ts";
import { isWhole } from "../src/connection.ts";
import { parseOptions } from "../src/options.ts";
import { median } from "../src/report.ts";
import { junkOf, sampleOf, secretOf } from "../src/tokens.ts";

describe("parseOptions()", () => {
  const optionsOf = (...args: string[]) => {
    const parsed = parseOptions(args);
    return parsed.ok ? parsed.value : assert.fail(parsed.problem);
  };

  it("runs every case unless some are named", () => {
    assert.deepEqual(optionsOf().cases, CASE_NAMES);
    assert.deepEqual(optionsOf("--only", "sqlite-1e6", "--only", "postgres-1").cases, ["sqlite-1e6", "postgres-1"]);
  });

  it("refuses invalid numbers of rounds, milliseconds or connections", () => {
    for (const text of ["0", "-1", "1.5", "many", ""]) assert.equal(parseOptions(["--rounds", text]).ok, false, text);
    assert.equal(optionsOf("--round-ms", "250").roundMs, 250);
  });

  it("refuses an option it does not know", () => {
    assert.equal(parseOptions(["--fast"]).ok, false);
    assert.equal(parseOptions(["sqlite-1"]).ok, false);
  });
});

describe("the synthetic tokens", () => {
  it("have the form of real ones, and junk fails by its checksum alone", () => {
    const brands = new Set(["mm"]);
    for (const token of [0, 1, 999_999]) {
      assert.deepEqual(parseSecret(secretOf(token), brands), { ok: true, kind: "pat" });
      assert.deepEqual(parseSecret(junkOf(token), brands), { ok: false, code: "token_checksum_mismatch" });
    }
  });

  it("are sampled without repetition, always the same ones", () => {
    assert.deepEqual(sampleOf(3, 10), [0, 1, 2]);
    const sample = sampleOf(1e6, 1000);
    assert.equal(new Set(sample).size, 1000);
    assert.ok(sample.every((token) => token >= 0 && token < 1e6));
    assert.deepEqual(sampleOf(1e6, 1000), sample);
  });
});

describe("isWhole()", () => {
  it("waits for the whole head and the whole body", () => {
    const answer = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX: y\r\n\r\nhello world");
    for (let length = 0; length < answer.length; length++) assert.equal(isWhole(answer.subarray(0, length)), false);
    assert.equal(isWhole(answer), true);
    assert.equal(isWhole(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")), true);
  });

  it("does not guess the end of a response without a length", () => {
    assert.throws(() => isWhole(Buffer.from("HTTP/1.1 200 OK\r\n\r\n")), /without a length/);
  });
});

describe("median()", () => {
  it("is the middle of the values, or between the two in the middle", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([7]), 7);
  });
});
