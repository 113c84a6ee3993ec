// A longer retention holds at once, a shorter one after its notice, whatever was asked for before.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DAY_MS } from "../src/lifetime.ts";
import {
  changeRetention,
  isShorter,
  NO_RETENTION_SETTING,
  RETENTION_NOTICE_MS,
  type Retention,
  retentionCutOff,
  retentionInForce,
  type RetentionSetting,
} from "../src/retention.ts";

const NOW = Date.UTC(2026, 10, 22, 12);

describe("retention", () => {
  it("is shorter when it deletes events that the other keeps", () => {
    assert.equal(isShorter(90, null), true);
    assert.equal(isShorter(null, 90), false);
    assert.equal(isShorter(90, 90), false);
  });

  it("is the instance's until an organization sets its own", () => {
    assert.equal(retentionInForce(NO_RETENTION_SETTING, null, NOW), null);
    assert.equal(retentionInForce(NO_RETENTION_SETTING, 365, NOW), 365);
  });

  it("shortened, holds after seven days and not a millisecond earlier", () => {
    const setting = changeRetention(NO_RETENTION_SETTING, 90, null, NOW);
    assert.equal(retentionInForce(setting, null, NOW + RETENTION_NOTICE_MS - 1), null);
    assert.equal(retentionInForce(setting, null, NOW + RETENTION_NOTICE_MS), 90);
  });

  it("prolonged, holds at once, also while a shorter one is on its way", () => {
    const shorter = changeRetention({ days: 365, effectiveAt: 0, untilThen: null }, 90, null, NOW);
    const longer = changeRetention(shorter, 400, null, NOW + DAY_MS);
    assert.equal(retentionInForce(longer, null, NOW + DAY_MS), 400);
    assert.equal(retentionInForce(longer, null, NOW + 30 * DAY_MS), 400);
  });

  it("back to the instance's default is a shortening where the default is shorter", () => {
    const own = { days: 365, effectiveAt: 0, untilThen: null };
    assert.equal(retentionInForce(changeRetention(own, null, 90, NOW), 90, NOW), 365);
    assert.equal(retentionInForce(changeRetention(own, null, null, NOW), null, NOW), null);
  });

  it("never gets shorter within seven days of a change, however often it is changed", () => {
    const days = fc.option(fc.integer({ min: 90, max: 36_500 }));
    const change = fc.record({ days, afterMs: fc.integer({ min: 0, max: 10 * DAY_MS }) });
    fc.assert(
      fc.property(days, fc.array(change, { minLength: 1, maxLength: 8 }), (instance, changes) => {
        let setting: RetentionSetting = NO_RETENTION_SETTING;
        let now = NOW;
        for (const { days: wanted, afterMs } of changes) {
          now += afterMs;
          const before = retentionInForce(setting, instance, now);
          setting = changeRetention(setting, wanted, instance, now);
          const at = (ms: number): Retention => retentionInForce(setting, instance, now + ms);
          const length = (retention: Retention): number => retention ?? Number.POSITIVE_INFINITY;
          assert.ok(length(at(0)) >= length(before));
          assert.ok(length(at(RETENTION_NOTICE_MS - 1)) >= length(before));
          assert.equal(at(RETENTION_NOTICE_MS), wanted ?? instance);
        }
      }),
    );
  });

  it("cuts at the beginning of a day", () => {
    assert.equal(retentionCutOff(90, NOW), Date.UTC(2026, 7, 24));
    assert.equal(retentionCutOff(null, NOW), null);
  });
});
