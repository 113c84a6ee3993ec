// Checks that the benchmark of MCP streams runs and reports its figures. No test asserts the figures.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";

it("the benchmark of MCP streams opens them, ends them and reports their cost", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-bench-mcp-"));
  try {
    const json = join(folder, "figures.json");
    const main = fileURLToPath(new URL("../src/mcp/main.ts", import.meta.url));
    const few = ["--streams", "5", "--revocations", "2", "--seconds", "1", "--engine", "sqlite", "--json", json];
    const child = spawn(process.execPath, ["--conditions=development", main, ...few], { stdio: "ignore" });
    await once(child, "close");
    const [figures] = JSON.parse(await readFile(json, "utf8")) as readonly Record<string, unknown>[];
    assert.equal(figures?.["engine"], "sqlite");
    for (const [name, value] of Object.entries(figures ?? {}))
      assert.ok(name === "engine" || (typeof value === "number" && value >= 0), `${name} ${String(value)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
