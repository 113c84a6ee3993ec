// The app's API types are generated: a server that changes a shape must not leave the app compiling
// against the old one.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));

it("src/api/openapi.generated.ts is what openapi.json generates", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [generator(), join(root, "openapi.json")], {
    cwd: join(root, "web"),
    maxBuffer: 32 * 1024 * 1024,
  });
  const committed = await readFile(join(root, "web/src/api/openapi.generated.ts"), "utf8");
  assert.ok(stdout.trim() === committed.trim(), "run `npm run api-types` and commit what it writes");
});

function generator(): string {
  const entry = createRequire(import.meta.url).resolve("openapi-typescript");
  return join(dirname(entry), "..", "bin", "cli.js");
}
