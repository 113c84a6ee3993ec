// Times as the pages say them.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { daysUntil, formatDate, formatLongDate, formatRelative } from "../src/ui/time.ts";

const NOW = new Date(2026, 10, 22, 12, 0).getTime();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("formatRelative()", () => {
  for (const [difference, text] of [
    [-30_000, "just now"],
    [45_000, "in less than a minute"],
    [20_000, "just now"],
    [-5 * MINUTE, "5 minutes ago"],
    [-1 * HOUR, "1 hour ago"],
    [-47 * HOUR, "47 hours ago"],
    [-3 * DAY, "3 days ago"],
    [-45 * DAY, "45 days ago"],
    [-120 * DAY, "4 months ago"],
    [-3 * 365 * DAY, "3 years ago"],
    [7 * DAY - 5000, "in 7 days"],
  ] as const) {
    it(`says "${text}"`, () => assert.equal(formatRelative(NOW + difference, NOW), text));
  }
});

it("daysUntil() counts begun days", () => {
  assert.equal(daysUntil(NOW + 25 * HOUR, NOW), 2);
  assert.equal(daysUntil(NOW - 25 * HOUR, NOW), -1);
});

it("dates are written with the month's name", () => {
  assert.equal(formatDate(NOW), "22 Nov 2026");
  assert.equal(formatLongDate(NOW), "Sunday 22 November 2026".replace("Sunday ", "Sunday, "));
});
