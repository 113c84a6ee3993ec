import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY_MS, isStale, staleBounds } from "../src/index.ts";

const NOW = 1_000 * DAY_MS;

/** Days since the creation, days since the last use, and whether the credential is stale. */
const TABLE: readonly (readonly [created: number, used: number | null, stale: boolean])[] = [
  [0, null, false],
  [29.999, null, false],
  [30, null, true],
  [400, null, true],
  [400, 0, false],
  [400, 89.999, false],
  [400, 90, true],
  [31, 31, false],
];

test("stale is what was last used 90 days ago or earlier, or was never used and created 30 days ago or earlier", () => {
  for (const [created, used, stale] of TABLE) {
    const subject = { createdAt: NOW - created * DAY_MS, lastUsedAt: used === null ? null : NOW - used * DAY_MS };
    assert.equal(isStale(subject, NOW), stale, `created ${created}, used ${used} days ago`);
  }
});

test("the bounds of a list say the same", () => {
  assert.deepEqual(staleBounds(NOW), { lastUsedBy: 910 * DAY_MS, createdBy: 970 * DAY_MS });
});
