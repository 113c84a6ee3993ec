// What the pages with pictures say: of a token, of an organization, and of this instance right now.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { InstanceMetrics } from "../src/api/types.ts";
import { isUncounted, routeInWords, usageInWords, usePoints } from "../src/credential/usage-text.ts";
import { duration, latencyPoints, rate, ratePoints } from "../src/features/admin/metrics-text.ts";
import {
  ageInWords,
  calendarWeeks,
  refusalsByDay,
  refusalsInWords,
  usesInWords,
} from "../src/features/usage/overview-text.ts";

describe("a token's use", () => {
  const days = [
    { date: "2026-11-21", uses: 2, denied: 0 },
    { date: "2026-11-22", uses: 1, denied: 1 },
  ];

  it("is summed up in a sentence, refusals with it", () => {
    assert.equal(usageInWords(days), "3 uses in 2 days, 1 attempt refused. Days are in UTC.");
    assert.equal(usageInWords(days.slice(0, 1)), "2 uses in 1 day, none refused. Days are in UTC.");
    assert.deepEqual(usePoints(days)[1], {
      label: "22 Nov",
      name: "Sun, 22 November 2026",
      values: { uses: 1, denied: 1 },
    });
  });

  it("is not denied in the moment before its first use is counted", () => {
    const used = Date.parse("2026-11-22T10:00:00Z");
    const fresh = { days: [{ date: "2026-11-22", uses: 0, denied: 0 }], lastUsedAt: new Date(used).toISOString() };
    assert.equal(isUncounted(fresh, used + 20_000), true);
    assert.equal(isUncounted(fresh, used + 120_000), false);
    assert.equal(isUncounted({ ...fresh, lastUsedAt: null }, used), false);
    assert.equal(isUncounted({ ...fresh, days }, used), false);
  });

  it("is named by route: method and path, or the operation of Mintmark's own API", () => {
    assert.deepEqual(routeInWords("GET /robots/:id"), { method: "GET", path: "/robots/:id" });
    assert.deepEqual(routeInWords("ANY /robots"), { method: null, path: "/robots" });
    assert.deepEqual(routeInWords("mintmark whoami"), { method: null, path: "Mintmark’s API: whoami" });
    assert.deepEqual(routeInWords("mintmark mcp"), { method: null, path: "Mintmark’s MCP server" });
  });
});

describe("an organization's days", () => {
  const day = (date: string, uses: number, denied: Readonly<Record<string, number>> = {}) => ({
    date,
    uses,
    denied: Object.entries(denied).map(([code, count]) => ({ code, count })),
  });

  it("are summed up with the busiest one", () => {
    const days = [day("2026-11-21", 5), day("2026-11-22", 1200)];
    assert.match(usesInWords(days), /^1,205 uses of tokens and API keys in 2 days\. Most on 22 Nov: 1,200\./);
    assert.match(usesInWords([day("2026-11-21", 0)]), /^0 uses of tokens and API keys in 1 day\. Days/);
  });

  it("tell refusals apart by their reason, in words", () => {
    const days = [day("2026-11-21", 0, { token_expired: 1 }), day("2026-11-22", 0, { token_revoked: 3, odd_code: 1 })];
    const { series, points } = refusalsByDay(days);
    assert.deepEqual(
      series.map(({ label }) => label),
      ["Revoked", "Expired", "Other reasons"],
    );
    assert.deepEqual(
      points.map(({ values }) => values),
      [{ token_expired: 1 }, { token_revoked: 3, others: 1 }],
    );
    assert.match(refusalsInWords(days), /^5 attempts/);
  });
});

describe("ages", () => {
  it("are ranges in words", () => {
    const age = (fromDays: number, toDays: number | null) => ageInWords({ fromDays, toDays, tokens: 0 });
    assert.deepEqual(
      [age(0, 7), age(7, 30), age(365, null)],
      ["Less than 7 days", "7 to 30 days", "365 days and more"],
    );
  });
});

describe("the expiry calendar", () => {
  it("has every day once, in weeks from Monday to Sunday, with the tokens that expire on it", () => {
    const weeks = calendarWeeks("2026-11-27T01:00:00.000Z", 91, [{ date: "2026-12-01", tokens: 3 }]);
    const days = weeks.flatMap((week) => week.days).filter((day) => day !== null);
    assert.equal(days.length, 91);
    assert.deepEqual([days[0]?.date, days.at(-1)?.date], ["2026-11-27", "2027-02-25"]);
    assert.deepEqual(
      days.filter(({ tokens }) => tokens > 0),
      [{ date: "2026-12-01", tokens: 3 }],
    );
    for (const week of weeks) {
      assert.equal(week.days.length, 7);
      for (const [weekday, day] of week.days.entries()) {
        if (day !== null) assert.equal((new Date(day.date).getUTCDay() + 6) % 7, weekday);
      }
    }
  });

  it("names a month where it begins, and the first one where there is room", () => {
    const months = (from: string) =>
      calendarWeeks(from, 91, [])
        .map(({ month }) => month)
        .filter((month) => month !== null);
    assert.deepEqual(months("2026-11-27"), ["Dec", "Jan", "Feb"]);
    assert.deepEqual(months("2026-11-05"), ["Nov", "Dec", "Jan", "Feb"]);
  });
});

describe("metrics", () => {
  const metrics = (fields: Partial<InstanceMetrics>): InstanceMetrics => ({
    at: "2026-11-22T10:00:20.000Z",
    replica: { id: "host:1", startedAt: "2026-11-22T09:00:00.000Z" },
    verificationsPerSecond: [],
    latency: { spanSeconds: 10, spans: [], overall: null },
    outcomes: [],
    ...fields,
  });

  it("are rates over ten seconds, the last of which ends now", () => {
    const counts = [...Array.from({ length: 10 }, () => 1), ...Array.from({ length: 10 }, () => 3)];
    const points = ratePoints(metrics({ verificationsPerSecond: counts }));
    assert.deepEqual(
      points.map(({ values }) => values),
      [{ rate: 1 }, { rate: 3 }],
    );
    assert.match(points[1]?.label ?? "", /:00:20$/);
    assert.match(points[0]?.label ?? "", /:00:10$/);
  });

  it("have a gap where nothing was verified", () => {
    const latency = { spanSeconds: 10, spans: [null, { p50: 1, p90: 2, p99: 3 }], overall: null };
    assert.deepEqual(
      latencyPoints(metrics({ latency })).map(({ values }) => values),
      [{}, { p50: 1, p90: 2, p99: 3 }],
    );
  });

  it("have a unit that fits", () => {
    assert.deepEqual([0.085, 1.234, 250, 1500].map(duration), ["85 µs", "1.23 ms", "250 ms", "1.5 s"]);
    assert.deepEqual([0, 0.4, 1234].map(rate), ["0", "0.4", "1,230"]);
  });
});
