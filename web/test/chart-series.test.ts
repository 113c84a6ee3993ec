// The data of plots, without a browser.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  barsPath,
  compact,
  longDay,
  LOOKS,
  parseSpan,
  shortDay,
  strength,
  topSeries,
  usesInWords,
} from "../src/chart/series.ts";
import { counted } from "../src/ui/text.ts";

describe("days", () => {
  it("are days in UTC in every time zone", () => {
    assert.equal(shortDay("2026-11-22"), "22 Nov");
    assert.equal(longDay("2026-11-22"), "Sun, 22 November 2026");
  });
});

describe("numbers in words", () => {
  it("agree with their noun", () => {
    assert.deepEqual(
      [counted(0, "use"), counted(1, "use"), counted(1204, "use"), counted(2, "index", "indices")],
      ["0 uses", "1 use", "1,204 uses", "2 indices"],
    );
    assert.equal(compact(12_345), "12.3K");
  });

  it("say of a month of uses how many, on how many days, and how many at most", () => {
    assert.equal(usesInWords([0, 0, 0]), "No uses in 3 days");
    assert.equal(usesInWords([0, 1, 0]), "1 use in 3 days, on 1 day, 1 at most");
    assert.equal(usesInWords([3, 1000, 0]), "1,003 uses in 3 days, on 2 days, 1,000 at most");
  });
});

describe("the bars of a small picture", () => {
  const heights = (path: string): number[] => [...path.matchAll(/V([\d.]+)h/g)].map((match) => 20 - Number(match[1]));

  it("are as tall as their numbers, and a number that is not 0 is always seen", () => {
    assert.deepEqual(heights(barsPath([10, 5, 0, 1000], 40, 20)), [2, 2, 20]);
    assert.deepEqual(heights(barsPath([10, 5], 40, 20)), [20, 10]);
    assert.equal(barsPath([0, 0], 40, 20), "");
  });

  it("stand beside each other within the box", () => {
    const lefts = [...barsPath([1, 1, 1, 1], 40, 20).matchAll(/M([\d.]+) /g)].map((match) => Number(match[1]));
    assert.deepEqual(lefts, [1.5, 11.5, 21.5, 31.5]);
  });
});

describe("the kinds of counts that are drawn apart", () => {
  const day = (counts: Readonly<Record<string, number>>) => ({
    counts: Object.entries(counts).map(([code, count]) => ({ code, count })),
  });

  it("are the most frequent ones, each with its own look; all others are one", () => {
    const codes = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`code_${index}`, 10 - index]));
    const { series, values } = topSeries([day(codes), day({ code_6: 2 })], (code) => code.toUpperCase());
    assert.deepEqual(
      series.map(({ label }) => label),
      ["CODE_0", "CODE_1", "CODE_2", "CODE_3", "Other reasons"],
    );
    assert.equal(new Set(series.map(({ look }) => look)).size, LOOKS);
    assert.deepEqual(values, [{ code_0: 10, code_1: 9, code_2: 8, code_3: 7, others: 6 + 5 + 4 }, { others: 2 }]);
  });

  it("are all of them when there are looks for all", () => {
    const { series } = topSeries([day({ b: 1, a: 1, c: 3 })], (code) => code);
    assert.deepEqual(
      series.map(({ key }) => key),
      ["c", "a", "b"],
    );
    assert.deepEqual(topSeries([day({})], (code) => code).series, []);
  });
});

describe("the strength of a calendar's cell", () => {
  it("goes from 0 for nothing to 4 for the most, and is never 0 for something", () => {
    assert.deepEqual(
      [0, 1, 25, 26, 99, 100].map((number) => strength(number, 100)),
      [0, 1, 1, 2, 4, 4],
    );
    assert.equal(strength(0, 0), 0);
  });
});

describe("the span in an address", () => {
  it("is 30 days unless it says 90", () => {
    assert.deepEqual([parseSpan(undefined), parseSpan("90"), parseSpan("9000")], [30, 90, 30]);
  });
});
