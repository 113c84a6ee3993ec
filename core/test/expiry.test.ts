import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DAY_MS, MAX_EXPIRY_DAYS, parseExpiry, replacementExpiry } from "../src/lifetime.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const LATEST = NOW + MAX_EXPIRY_DAYS * DAY_MS;
const instants = fc.integer({ min: 0, max: 4_102_444_800_000 });
const days = fc.integer({ min: 1, max: MAX_EXPIRY_DAYS });

describe("parseExpiry()", () => {
  it("takes no choice as no expiry", () => {
    for (const choice of [{}, { expiresAt: null }, { expiresInDays: null }, { expiresAt: null, expiresInDays: null }]) {
      assert.deepEqual(parseExpiry(choice, NOW), { ok: true, expiresAt: null });
    }
  });

  it("counts days of 24 hours from now", () => {
    fc.assert(
      fc.property(instants, days, (now, expiresInDays) => {
        assert.deepEqual(parseExpiry({ expiresInDays }, now), { ok: true, expiresAt: now + expiresInDays * DAY_MS });
      }),
    );
  });

  it("takes an instant that is still to come, to the millisecond", () => {
    assert.equal(parseExpiry({ expiresAt: NOW }, NOW).ok, false);
    assert.deepEqual(parseExpiry({ expiresAt: NOW + 1 }, NOW), { ok: true, expiresAt: NOW + 1 });
    assert.equal(parseExpiry({ expiresAt: NOW - 1 }, NOW).ok, false);
  });

  it("takes at most ten years, to the millisecond", () => {
    assert.deepEqual(parseExpiry({ expiresAt: LATEST }, NOW), { ok: true, expiresAt: LATEST });
    assert.equal(parseExpiry({ expiresAt: LATEST + 1 }, NOW).ok, false);
    assert.equal(parseExpiry({ expiresInDays: MAX_EXPIRY_DAYS }, NOW).ok, true);
    assert.equal(parseExpiry({ expiresInDays: MAX_EXPIRY_DAYS + 1 }, NOW).ok, false);
  });

  it("refuses both choices at once", () => {
    assert.equal(parseExpiry({ expiresAt: NOW + DAY_MS, expiresInDays: 1 }, NOW).ok, false);
  });

  it("refuses what is no whole number of days and no instant", () => {
    const odd = [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -0];
    for (const expiresInDays of odd) assert.equal(parseExpiry({ expiresInDays }, NOW).ok, false, String(expiresInDays));
    const noInstants = [NOW + 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 0, -1];
    for (const expiresAt of noInstants) assert.equal(parseExpiry({ expiresAt }, NOW).ok, false, String(expiresAt));
  });

  it("accepts nothing but a whole instant between now and ten years from now", () => {
    fc.assert(
      fc.property(fc.option(fc.double()), fc.option(fc.oneof(fc.double(), days)), instants, (at, inDays, now) => {
        const parsed = parseExpiry({ expiresAt: at, expiresInDays: inDays }, now);
        if (!parsed.ok) {
          assert.match(parsed.problem, /^[a-z].*[^.]$/);
        } else if (parsed.expiresAt === null) {
          assert.deepEqual([at, inDays], [null, null]);
        } else {
          assert.ok(Number.isSafeInteger(parsed.expiresAt));
          assert.ok(parsed.expiresAt > now && parsed.expiresAt <= now + MAX_EXPIRY_DAYS * DAY_MS);
        }
      }),
    );
  });
});

describe("replacementExpiry()", () => {
  const originals = fc.record({ createdAt: instants, lifetimeMs: fc.option(fc.integer({ min: 1, max: 1e12 })) });

  it("gives the original's duration from now, and never more than the policy allows", () => {
    fc.assert(
      fc.property(originals, fc.option(days), instants, ({ createdAt, lifetimeMs }, maxLifetimeDays, now) => {
        const expiresAt = lifetimeMs === null ? null : createdAt + lifetimeMs;
        const allowed = [lifetimeMs, maxLifetimeDays === null ? null : maxLifetimeDays * DAY_MS].filter(
          (duration) => duration !== null,
        );
        const expected = allowed.length === 0 ? null : now + Math.min(...allowed);
        assert.equal(replacementExpiry({ createdAt, expiresAt }, maxLifetimeDays, now), expected);
      }),
    );
  });
});
