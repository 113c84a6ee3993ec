// How long a function may be. oxlint counts, over a copy, so that the rule sees its twin the same way as the checkout.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { file, type SourceFile, testRule } from "./repository.ts";

const MOST_LINES = 60;

/** Functions that are still longer. The list only gets shorter: an entry that is not needed any more fails. */
const EXCEPTIONS: ReadonlySet<string> = new Set(["server/src/verify/use-recorder.ts createUseRecorder"]);

const unneeded = [...EXCEPTIONS].slice(0, 1);

testRule({
  name: `no function is longer than ${MOST_LINES} lines`,
  because: "a function is read at once, and one screen is as much as that can be",
  subject: (path) => /^[\w-]+\/src\/.*\.tsx?$/.test(path) && !/\.generated\./.test(path),
  check: (files) => {
    const long = longFunctions(files);
    const names = new Set(long.map(({ path, name }) => `${path} ${name}`));
    return [
      ...long
        .filter(({ path, name }) => !EXCEPTIONS.has(`${path} ${name}`))
        .map(({ path, name, lines }) => `${path}: ${name} has ${lines} lines`),
      ...[...EXCEPTIONS]
        .filter((entry) => !names.has(entry) && files.some(({ path }) => path === entry.split(" ")[0]))
        .map((entry) => `${entry} is no exception any more`),
    ];
  },
  twin: {
    files: [
      file("core/src/a.ts", functionOf("long", 61)),
      file("core/src/b.ts", functionOf("short", 60)),
      ...unneeded.map((entry) => file(entry.split(" ")[0] ?? "")),
    ],
    violations: ["core/src/a.ts: long has 61 lines", ...unneeded.map((entry) => `${entry} is no exception any more`)],
  },
});

function functionOf(name: string, lines: number): string {
  return `export function ${name}() {\n${"  void 0;\n".repeat(lines - 2)}}\n`;
}

interface LongFunction {
  readonly path: string;
  readonly name: string;
  readonly lines: number;
}

function longFunctions(files: readonly SourceFile[]): readonly LongFunction[] {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-functions-"));
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const rules = { "max-lines-per-function": ["error", { max: MOST_LINES }] };
    writeFileSync(
      join(folder, "rules.json"),
      JSON.stringify({ plugins: [], categories: { correctness: "off" }, rules }),
    );
    const oxlint = fileURLToPath(new URL("../../node_modules/.bin/oxlint", import.meta.url));
    const { stdout, status, error } = spawnSync(oxlint, ["-c", "rules.json", "--format=unix", "."], {
      cwd: folder,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    if (status === null || status > 1) throw new Error(`oxlint does not run: ${error?.message ?? stdout}`);
    const problem = /^(.+?):\d+:\d+: The .*?function (?:`(.+?)` )?has too many lines \((\d+)\)/gm;
    return [...stdout.matchAll(problem)]
      .map(([, path = "", name = "(anonymous)", lines]) => ({ path, name, lines: Number(lines) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
