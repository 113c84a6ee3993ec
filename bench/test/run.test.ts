// Runs the harness with tiny numbers: everything runs and every figure is there. No test asserts the figures.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CASE_NAMES, summaryOf } from "../src/cases.ts";
import { LoadProcess, ServerProcess } from "../src/processes.ts";

const run = promisify(execFile);
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

async function bench(...args: string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return run(process.execPath, ["--conditions=development", main, ...args]);
}

function assertFigures(figures: Record<string, number>, names: readonly string[]): void {
  assert.deepEqual(Object.keys(figures), names);
  for (const [name, value] of Object.entries(figures))
    assert.ok(Number.isFinite(value) && value > 0, `${name}: ${value}`);
}

describe("a run", () => {
  it("measures every case on both engines, and the bare server", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mintmark-bench-test-"));
    try {
      const file = join(folder, "figures.json");
      const { stdout, stderr } = await bench("--quick", "--json", file);
      const report = JSON.parse(await readFile(file, "utf8")) as Record<string, Record<string, number>>;
      assert.deepEqual(Object.keys(report), ["bare", ...CASE_NAMES, "idle", "warm", "run"]);
      assertFigures(report["bare"] ?? {}, ["rps", "p50Ms", "p99Ms", "cpuUs"]);
      for (const name of CASE_NAMES) {
        const strict = summaryOf(name) === null ? [] : ["ratioToSummary"];
        assertFigures(report[name] ?? {}, ["rps", "p50Ms", "p99Ms", "cpuUs", "ratio", ...strict]);
        assert.match(stdout, new RegExp(`^${name} `, "m"));
      }
      assertFigures(report["idle"] ?? {}, ["rssMb"]);
      // With so few tokens, a garbage collection can outweigh them.
      assert.ok(Number.isFinite(report["warm"]?.["heldMb"]));
      assert.match(stdout, /the figures mean nothing/);
      assert.match(stderr, /^bench: filled sqlite with 100 tokens/m);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("refuses unknown options", async () => {
    const refused = await bench("--only", "mysql-1").catch((error: unknown) => error);
    assert.equal((refused as { readonly code: number }).code, 2);
    assert.match((refused as { readonly stderr: string }).stderr, /there is no case "mysql-1"/);
  });
});

describe("the load", () => {
  it("reports its results, and fails when a response has an unexpected status", async () => {
    const server = await ServerProcess.start({ script: "serve-bare.ts", isPinned: false });
    const load = await LoadProcess.start();
    try {
      const assignment = {
        port: server.port,
        connections: 3,
        durationMs: 50,
        tokens: 10,
        inUse: 10,
        credential: "valid",
        expectedStatus: 200,
      } as const;
      const { requests, seconds, p50Ms, p99Ms } = await load.observe(assignment);
      assert.ok(requests >= 3 && seconds > 0 && p50Ms > 0 && p99Ms >= p50Ms);
      await assert.rejects(load.observe({ ...assignment, expectedStatus: 401 }), /status 200 instead of 401/);
    } finally {
      load.end();
      await server.end();
    }
  });
});
