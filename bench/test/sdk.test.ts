// The benchmark of the SDK measures the same question on both sides.
import assert from "node:assert/strict";
import { it } from "node:test";
import { measureInMemory, measureOverHttp } from "../src/sdk/overhead.ts";

it("the benchmark of the SDK asks and measures both ways", async () => {
  for (const overhead of [
    await measureOverHttp({ rounds: 2, requests: 20 }),
    await measureInMemory({ rounds: 2, requests: 20 }),
  ]) {
    for (const figure of Object.values(overhead)) assert.ok(Number.isFinite(figure));
  }
});
