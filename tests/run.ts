// Runs the tests. `npm test` runs all of them, `npm test -- token` those whose path has the word.
//
// A process that loads the server and the browser's driver costs more than most files' tests. So files that lie
// together share one: each group is a file that imports them, and node's test runner runs the groups side by side.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describeSkips, isAllowed, type SkippedTest, skippedOf } from "./skips.ts";
import { globalSetup, globalTeardown } from "./support/global-setup.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const cache = join(root, "node_modules/.cache");
const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { workspaces: string[] };
const TEST_TIMEOUT_MS = 300_000;
const GROUP_TIMEOUT_MS = 1_800_000;
const MOST_FILES_OF_A_GROUP = 8;
/** The folders that take longest come first, so that no processor waits for the other at the end. */
const LONGEST = ["e2e/test", "server/test/races", "server/test/store", "server/test/openapi"];

const words = process.argv.slice(2);
const files = globSync(["tests/**/*.test.ts", ...workspaces.map((folder) => `${folder}/test/**/*.test.ts`)], {
  cwd: root,
})
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();
if (files.length === 0) {
  process.stderr.write(`No test file has ${words.join(" or ")} in its path.\n`);
  process.exit(1);
}

// Types are stripped and sources compiled once, not once in each process.
process.env["NODE_COMPILE_CACHE"] ??= join(cache, "compiled");

// What these folders test needs no database and no proxy, and `npm run quick` runs them after every edit.
const isLight = files.every((path) => /^(?:core|mcp-clients|terminal|web|tests\/repo)\//.test(path));
if (!isLight) await globalSetup();
const results = run({
  files: await writeGroups(groupsOf(files)),
  concurrency: 2,
  timeout: GROUP_TIMEOUT_MS,
  execArgv: ["--conditions=development", `--test-timeout=${TEST_TIMEOUT_MS}`],
});
results.on("test:fail", ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
const skipped: SkippedTest[] = [];
results.on("test:pass", (report) => {
  const found = skippedOf(report);
  if (found !== null) skipped.push(found);
});
results.once("end", () => {
  process.stderr.write(describeSkips(skipped));
  // A laptop may lack a program. On the build machine the project's own files install it.
  if (process.env["CI"] !== undefined && !skipped.every(isAllowed)) process.exitCode = 1;
  void globalTeardown();
});
results.compose(spec).pipe(process.stdout);

/** Each group is of one folder. */
function groupsOf(paths: readonly string[]): readonly (readonly string[])[] {
  const folders = Map.groupBy(paths, dirname);
  const rank = (folder: string): number => (LONGEST.includes(folder) ? LONGEST.indexOf(folder) : LONGEST.length);
  const ordered = [...folders].sort(([one], [other]) => rank(one) - rank(other));
  return ordered.flatMap(([, together]) => {
    const count = Math.ceil(together.length / MOST_FILES_OF_A_GROUP);
    return Array.from({ length: count }, (_, index) => together.filter((_, at) => at % count === index));
  });
}

/** Writes a file for each group that imports its files, and returns the paths. */
async function writeGroups(groups: readonly (readonly string[])[]): Promise<string[]> {
  const folder = join(cache, "test-groups");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return Promise.all(
    groups.map(async (paths, index) => {
      const path = join(folder, `${String(index).padStart(3, "0")}.test.mjs`);
      // One after the other: files that await something at their top would run side by side as static imports.
      const imports = paths.map((file) => `await import(${JSON.stringify(pathToFileURL(join(root, file)).href)});\n`);
      await writeFile(path, imports.join(""));
      return path;
    }),
  );
}
