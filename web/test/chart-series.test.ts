// The data of plots, without a browser.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  axisTicks,
  barsPath,
  compact,
  longDay,
  lookOf,
  parseSpan,
  REASONS,
  reasonSeries,
  shortDay,
  strength,
  usesInWords,
} from "../src/chart/series.ts";
import { counted } from "../src/ui/text.ts";

describe("days", () => {
  it("are days in UTC in every time zone", () => {
    assert.equal(shortDay("2026-11-22"), "22 Nov");
    assert.equal(longDay("2026-11-22"), "Sun, 22 November 2026");
  });
});

describe("axisTicks()", () => {
  it("are at most five, equally far apart, from 0 to the highest value or the next tick above it", () => {
    assert.deepEqual(axisTicks(0, true), [0, 1]);
    assert.deepEqual(axisTicks(1, true), [0, 1]);
    assert.deepEqual(axisTicks(3, true), [0, 1, 2, 3]);
    assert.deepEqual(axisTicks(7, true), [0, 2, 4, 6, 8]);
    assert.deepEqual(axisTicks(1234, true), [0, 500, 1000, 1500]);
    assert.deepEqual(axisTicks(0.3, false), [0, 0.1, 0.2, 0.3]);
    for (const isCount of [true, false]) {
      for (let most = isCount ? 1 : 0.013; most < 1e7; most *= 1.37) {
        const highest = isCount ? Math.ceil(most) : most;
        const ticks = axisTicks(highest, isCount);
        assert.ok(ticks.length <= 5 && (ticks.at(-1) ?? 0) >= highest * (1 - 1e-9), `${highest}: ${ticks.join()}`);
        const [, step = 0] = ticks;
        ticks.forEach((tick, index) => assert.ok(Math.abs(tick - index * step) < step * 1e-6, ticks.join()));
        if (isCount) assert.ok(ticks.every(Number.isInteger), ticks.join());
      }
    }
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

  it("are the most frequent ones in a fixed order; all others are one", () => {
    const codes = Object.fromEntries(REASONS.slice(0, 8).map((code, index) => [code, index + 1]));
    const { series, values } = reasonSeries([day(codes), day({ odd_code: 2 })], (code) => code);
    assert.deepEqual(
      series.map(({ key }) => key),
      [...REASONS.slice(3, 8), "others"],
    );
    assert.equal(values[0]?.["others"], 1 + 2 + 3);
    assert.deepEqual(values[1], { others: 2 });
  });

  it("are all of them when they are few", () => {
    const { series } = reasonSeries([day({ token_expired: 1, token_revoked: 1, policy_network: 3 })], (code) => code);
    assert.deepEqual(
      series.map(({ key }) => key),
      ["token_revoked", "token_expired", "policy_network"],
    );
    assert.deepEqual(reasonSeries([day({})], (code) => code).series, []);
  });

  it("have the same look whichever is the most frequent, never that of uses, and no two the same", () => {
    const lookIn = (counts: Readonly<Record<string, number>>, code: string) =>
      reasonSeries([day(counts)], String).series.find(({ key }) => key === code)?.look;
    assert.deepEqual(
      lookIn({ token_expired: 99, token_revoked: 1 }, "token_expired"),
      lookIn({ token_expired: 1, token_revoked: 99, policy_network: 5 }, "token_expired"),
    );
    const looks = [...REASONS, "ok", "odd_code"].map((code) => JSON.stringify(lookOf(code)));
    assert.equal(new Set(looks).size, looks.length);
    for (const code of [...REASONS, "odd_code"]) assert.notEqual(lookOf(code).colour, "uses", code);
    assert.equal(lookOf("ok").colour, "uses");
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
