// The repository's own rules as tests. A rule is a pure function from files to violations, with its reason beside it;
// `testRule` runs it over the checkout and over a twin, a sample that breaks the rule, which it must catch.
// A rule that finds no file to look at fails: a check that sees nothing is green for the wrong reason.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { clientGuide } from "../../scripts/client-guide.ts";

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Rule {
  /** The rule, as a sentence without a period. */
  readonly name: string;
  readonly because: string;
  /** The files the rule is about. */
  readonly subject: (path: string) => boolean;
  /** One line for each violation in `files`; `repository` is everything else the rule may look up. */
  readonly check: (files: readonly SourceFile[], repository: readonly SourceFile[]) => string[];
  readonly twin: {
    readonly files: readonly SourceFile[];
    readonly repository?: readonly SourceFile[];
    /** Exactly what the rule says about the twin. */
    readonly violations: readonly string[];
  };
}

/** Documents that git ignores and a build writes. The rules hold for them too, also before a build. */
const GENERATED: readonly SourceFile[] = [file("docs/client-configurations.md", clientGuide())];

const root = fileURLToPath(new URL("../../", import.meta.url));
let files: readonly SourceFile[] | undefined;

/** Registers two tests: the rule holds here, and the rule catches its twin. */
export function testRule(rule: Rule): void {
  test(`${rule.name}, because ${rule.because}`, () => {
    const repository = repositoryFiles();
    const subject = repository.filter((candidate) => rule.subject(candidate.path));
    assert.ok(subject.length > 0, "the rule looked at no file");
    assert.deepEqual(rule.check(subject, repository), []);
  });
  test(`${rule.name}: a violation is caught`, () => {
    for (const { path } of rule.twin.files) assert.ok(rule.subject(path), `the rule does not look at ${path}`);
    assert.deepEqual(rule.check(rule.twin.files, rule.twin.repository ?? rule.twin.files), rule.twin.violations);
  });
}

/** A file of a twin. */
export function file(path: string, text = ""): SourceFile {
  return { path, text };
}

/** Every tracked file, and every new one that git does not ignore, so that a mistake shows before it is committed. */
export function repositoryFiles(): readonly SourceFile[] {
  files ??= [...listPaths().map((path) => ({ path, text: readFileSync(join(root, path), "utf8") })), ...GENERATED];
  return files;
}

function listPaths(): string[] {
  // A checkout owned by another account, as in a container, is no reason to refuse reading its list of files.
  const args = ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const paths = new Set(listed.split("\0").filter((path) => path !== ""));
  return [...paths].filter((path) => existsSync(join(root, path))).sort();
}
