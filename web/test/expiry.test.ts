// The date a person sees beside an expiry choice is the one the token will have.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DAY_MS } from "@mintmark/core";
import {
  allowedChoice,
  dateRange,
  isAllowed,
  localDate,
  NO_LIMITS,
  parseExpiryText,
  resolveExpiry,
} from "../src/credential/expiry.ts";

const NOW = new Date(2026, 10, 22, 14, 30).getTime();
const AT_MOST_60 = { maxLifetimeDays: 60, allowNoExpiry: true };

describe("resolveExpiry()", () => {
  it("counts a preset in whole days from now and sends the number of days", () => {
    assert.deepEqual(resolveExpiry({ kind: 30, date: "" }, NO_LIMITS, NOW), {
      ok: true,
      at: NOW + 30 * DAY_MS,
      request: { expiresInDays: 30 },
    });
  });

  it("sends nothing for never", () => {
    assert.deepEqual(resolveExpiry({ kind: "never", date: "" }, NO_LIMITS, NOW), { ok: true, at: null, request: {} });
  });

  it("refuses never when the policy has a longest lifetime or forbids it", () => {
    assert.equal(resolveExpiry({ kind: "never", date: "" }, AT_MOST_60, NOW).ok, false);
    assert.equal(
      resolveExpiry({ kind: "never", date: "" }, { maxLifetimeDays: null, allowNoExpiry: false }, NOW).ok,
      false,
    );
  });

  it("lets a custom date last to the end of that local day", () => {
    const end = new Date(2026, 11, 24, 23, 59, 59);
    assert.deepEqual(resolveExpiry({ kind: "custom", date: "2026-12-24" }, NO_LIMITS, NOW), {
      ok: true,
      at: end.getTime(),
      request: { expiresAt: end.toISOString() },
    });
  });

  it("accepts today: it lasts to midnight", () => {
    assert.equal(resolveExpiry({ kind: "custom", date: localDate(NOW) }, NO_LIMITS, NOW).ok, true);
  });

  it("sends the last allowed day as a number of days, so that the server's clock decides", () => {
    const last = localDate(NOW + 60 * DAY_MS);
    assert.deepEqual(resolveExpiry({ kind: "custom", date: last }, AT_MOST_60, NOW), {
      ok: true,
      at: NOW + 60 * DAY_MS,
      request: { expiresInDays: 60 },
    });
  });

  it("refuses the day after the last allowed one, naming the limit", () => {
    const resolved = resolveExpiry({ kind: "custom", date: localDate(NOW + 61 * DAY_MS) }, AT_MOST_60, NOW);
    assert.match(resolved.ok ? "" : resolved.problem, /at most 60 days/);
  });

  for (const date of ["", "2026-11-21", "2026-02-31", "tomorrow"]) {
    it(`refuses the date "${date}"`, () => {
      assert.equal(resolveExpiry({ kind: "custom", date }, NO_LIMITS, NOW).ok, false);
    });
  }
});

describe("allowedChoice()", () => {
  it("keeps what the policy allows", () => {
    assert.equal(allowedChoice({ kind: 30, date: "" }, AT_MOST_60).kind, 30);
  });
  it("falls back to the longest preset up to 30 days", () => {
    assert.equal(allowedChoice({ kind: 90, date: "" }, AT_MOST_60).kind, 30);
    assert.equal(allowedChoice({ kind: "never", date: "" }, { maxLifetimeDays: 10, allowNoExpiry: true }).kind, 7);
  });
  it("falls back to a date when even 7 days are too long", () => {
    assert.equal(allowedChoice({ kind: 30, date: "" }, { maxLifetimeDays: 3, allowNoExpiry: true }).kind, "custom");
  });
});

describe("isAllowed()", () => {
  it("offers only presets within the longest lifetime", () => {
    assert.deepEqual(
      [7, 30, 60, 90].filter((days) => isAllowed(days as 7 | 30 | 60 | 90, AT_MOST_60)),
      [7, 30, 60],
    );
  });
});

describe("dateRange()", () => {
  it("reaches from today to the longest lifetime", () => {
    assert.deepEqual(dateRange(AT_MOST_60, NOW), { min: "2026-11-22", max: localDate(NOW + 60 * DAY_MS) });
  });
});

describe("parseExpiryText()", () => {
  it("reads days, with or without a unit", () => {
    assert.deepEqual(parseExpiryText("30", NOW), { kind: 30, date: "" });
    assert.deepEqual(parseExpiryText("90d", NOW), { kind: 90, date: "" });
    assert.deepEqual(parseExpiryText("45 days", NOW), { kind: "custom", date: localDate(NOW + 45 * DAY_MS) });
  });
  it("reads a date and never", () => {
    assert.deepEqual(parseExpiryText("2027-01-31", NOW), { kind: "custom", date: "2027-01-31" });
    assert.deepEqual(parseExpiryText("Never", NOW), { kind: "never", date: "" });
  });
  for (const text of [undefined, "", "0", "-5", "99999", "soon", "2027-02-30", "1e3"]) {
    it(`ignores ${JSON.stringify(text)}`, () => assert.equal(parseExpiryText(text, NOW), null));
  }
});
