// `npm run bench:cli`: how long a person waits for the command. It measures whole processes from start to exit, and an
// empty Node process in the same round, with the sources as in a checkout and with the published build.
// Rule: a figure is a median over rounds that alternate between commands, after one that fills the caches.
// The promise: `--version` in less than 120 ms, `whoami` against a local server in less than 200 ms. No test asserts it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startInstance } from "../../../server/test/support/instance.ts";
import { Seed } from "../../../server/test/support/seed.ts";
import { median } from "../report.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "21" } } });
const rounds = Math.max(1, Number.parseInt(values.rounds, 10) || 1);

const CLI = fileURLToPath(new URL("../../../cli", import.meta.url));
const COMMANDS = [["--version"], ["whoami"], ["tokens", "list"], ["--help"]];

const folder = await mkdtemp(join(tmpdir(), "mintmark-bench-cli-"));
const instance = await startInstance();
try {
  const seed = new Seed(instance);
  const person = await seed.person("Ada");
  const { secret } = await seed.token(person, person.personal);
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    MINTMARK_URL: instance.url,
    MINTMARK_TOKEN: secret,
  };
  const programs = { sources: join(CLI, "bin/mintmark.mjs"), build: await packageIn(folder) };
  const cases = new Map<string, readonly string[]>([["node, nothing", ["--eval", "0"]]]);
  for (const [name, program] of Object.entries(programs)) {
    for (const command of COMMANDS) cases.set(`${command.join(" ")} (${name})`, [program, ...command]);
  }
  process.stdout.write(table(await measure(cases, environment)));
} finally {
  await instance.close();
  await rm(folder, { recursive: true, force: true });
}

/** The command as in a package, without sources. */
async function packageIn(parent: string): Promise<string> {
  const own = join(parent, "package");
  await mkdir(join(own, "bin"), { recursive: true });
  await cp(join(CLI, "bin/mintmark.mjs"), join(own, "bin/mintmark.mjs"));
  await symlink(join(CLI, "dist"), join(own, "dist"));
  return join(own, "bin/mintmark.mjs");
}

async function measure(
  cases: ReadonlyMap<string, readonly string[]>,
  env: Record<string, string>,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>([...cases.keys()].map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, args] of cases) {
      const began = performance.now();
      const child = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "inherit"] });
      const [code] = (await once(child, "close")) as [number | null];
      if (code !== 0) throw new Error(`${name} ended with ${code}`);
      if (round > 0) times.get(name)?.push(performance.now() - began);
    }
  }
  return times;
}

function table(times: ReadonlyMap<string, readonly number[]>): string {
  const rows = [["", "median ms", "best ms", "worst ms"]];
  for (const [name, all] of times) {
    rows.push([name, ...[median(all), Math.min(...all), Math.max(...all)].map((time) => time.toFixed(0))]);
  }
  const lines = rows.map(([name = "", ...cells]) => name.padEnd(26) + cells.map((cell) => cell.padStart(11)).join(""));
  return `${lines.join("\n")}\n`;
}
