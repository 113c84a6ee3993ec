// In CI a skipped test fails the run, unless the list of tests/skips.ts allows it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ALLOWED_SKIPS, describeSkips, isAllowed, skippedOf } from "../skips.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("a skipped test and one marked as to do count as not run, with the reason", () => {
  assert.equal(skippedOf({ name: "ran", skip: false }), null);
  assert.equal(skippedOf({ name: "ran" }), null);
  const skipped = skippedOf({ name: "a", file: "b.ts", skip: "no zsh here" });
  assert.deepEqual(skipped, { name: "a", file: "b.ts", reason: "no zsh here" });
  assert.deepEqual(skippedOf({ name: "a", todo: true }), { name: "a", file: "", reason: "true" });
  assert.ok(skipped !== null && !isAllowed(skipped));
  assert.match(describeSkips([skipped]), /Not run:\n {2}a \(b\.ts\): no zsh here\n/);
  assert.equal(describeSkips([]), "");
});

test("every allowed skip names a test that is there", () => {
  for (const name of Object.keys(ALLOWED_SKIPS)) {
    const found = execFileSync("git", ["grep", "-lF", name, "--", "*.test.ts"], { cwd: root, encoding: "utf8" });
    assert.ok(found.trim() !== "", name);
    assert.ok(isAllowed({ name, file: "", reason: "" }));
  }
});
