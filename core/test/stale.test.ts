import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY_MS, staleBefore } from "../src/index.ts";

test("stale is what was last used 90 days ago or earlier", () => {
  assert.equal(staleBefore(100 * DAY_MS), 10 * DAY_MS);
});
