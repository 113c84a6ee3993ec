// What can be known about a change in seconds: format, lint, types, and the tests of core, the web app and the
// repository. `npm run quick`. The type-aware lint rules look at the files that differ from the last commit, and the
// compiler at what has changed since its last run; `.ci/run` looks at everything.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, "node_modules/.cache/types");
mkdirSync(cache, { recursive: true });

const changed = git("diff", "--name-only", "--diff-filter=d", "HEAD")
  .concat(git("ls-files", "--others", "--exclude-standard"))
  .filter((path) => /\.(ts|tsx|mts|mjs)$/.test(path) && existsSync(join(root, path)));
const types = (name, project) => [
  `types of ${name}`,
  "tsc",
  ["-p", project, "--incremental", "--tsBuildInfoFile", join(cache, `${name}.tsbuildinfo`)],
];
const checks = [
  ["format", "oxfmt", ["--check", "."]],
  ["lint", "oxlint", ["--deny-warnings"]],
  ...(changed.length === 0 ? [] : [["type-aware lint", "oxlint", ["--type-aware", "--deny-warnings", ...changed]]]),
  types("server", "tsconfig.check.json"),
  types("web", "web"),
  types("e2e", "e2e"),
];

const began = Date.now();
const tests = ["--conditions=development", "tests/run.ts", "core/", "mcp-clients/", "web/", "tests/repo/"];
// The tests take longest and keep one processor busy; the checks follow each other on another.
const outcomes = [run("tests", process.execPath, tests)];
for (const check of checks) {
  const outcome = run(...check);
  await outcome;
  outcomes.push(outcome);
}
const failed = (await Promise.all(outcomes)).filter(({ code }) => code !== 0);
for (const { name, output } of failed) process.stdout.write(`\n==> ${name}\n${output}\n`);
const seconds = ((Date.now() - began) / 1000).toFixed(1);
process.stdout.write(
  failed.length === 0
    ? `quick: everything holds (${seconds} s)\n`
    : `quick: failed: ${failed.map(({ name }) => name).join(", ")} (${seconds} s)\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function git(...args) {
  return execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);
}

function run(name, command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ name, code: 1, output: String(error) }));
    child.on("close", (code) => {
      process.stdout.write(`${code === 0 ? "ok    " : "FAILED"} ${name}\n`);
      resolve({ name, code, output });
    });
  });
}
