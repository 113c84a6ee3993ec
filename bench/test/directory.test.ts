// Checks that the benchmark of the directory imports and reports. No test asserts a time.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";

it("the benchmark of the directory imports everything, and the same again changes nothing", () => {
  const main = fileURLToPath(new URL("../src/directory/main.ts", import.meta.url));
  const few = ["--memberships", "300", "--organizations", "3", "--engine", "sqlite"];
  const { status, stdout } = spawnSync(process.execPath, ["--conditions=development", main, ...few], {
    encoding: "utf8",
  });
  assert.equal(status, 0);
  assert.match(stdout, /imported in [\d.]+ s[\s\S]+the same again, which changes nothing, in [\d.]+ s/);
});
