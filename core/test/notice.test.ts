import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DAY_MS, EXPIRY_NOTICE_DAYS, expiryNoticeDays, isMailOptional, nextExpiryNoticeAt } from "../src/index.ts";

const T0 = 1_790_000_000_000;
const lifeOf = (days: number) => ({ createdAt: T0, expiresAt: T0 + days * DAY_MS });

describe("when an end is announced", () => {
  it("30, 7 and 1 days before it, and not once it has come", () => {
    const life = lifeOf(60);
    const daysAt = (day: number) => expiryNoticeDays(life, T0 + day * DAY_MS);
    assert.deepEqual([29.9, 30, 52.9, 53, 58.9, 59, 59.9, 60].map(daysAt), [null, 30, 30, 7, 7, 1, 1, null]);
  });

  it("not for a number of days that is the token's whole life or more", () => {
    assert.equal(nextExpiryNoticeAt(lifeOf(30), T0), T0 + 23 * DAY_MS);
    assert.equal(nextExpiryNoticeAt(lifeOf(7), T0), T0 + 6 * DAY_MS);
    assert.equal(nextExpiryNoticeAt(lifeOf(1), T0), null);
    assert.equal(expiryNoticeDays(lifeOf(7), T0 + 1), null);
  });

  it("from one announcement to the next each number of days comes up once, in order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * DAY_MS }), (lifetime) => {
        const life = { createdAt: T0, expiresAt: T0 + lifetime };
        const announced: (number | null)[] = [];
        for (let at = nextExpiryNoticeAt(life, T0); at !== null; at = nextExpiryNoticeAt(life, at)) {
          announced.push(expiryNoticeDays(life, at));
        }
        assert.deepEqual(
          announced,
          EXPIRY_NOTICE_DAYS.filter((days) => days * DAY_MS < lifetime),
        );
      }),
    );
  });

  it("a late run gives the latest number only", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 89 * DAY_MS }), (late) => {
        const life = lifeOf(90);
        const now = T0 + late;
        const days = expiryNoticeDays(life, now);
        const next = nextExpiryNoticeAt(life, now);
        if (days !== null) assert.ok(life.expiresAt - now <= days * DAY_MS);
        if (next !== null) assert.ok(next > now);
      }),
    );
  });
});

it("only that somebody else ended a token is always mailed", () => {
  assert.equal(isMailOptional("token.revoked"), false);
  assert.equal(isMailOptional("token.minted"), true);
});
