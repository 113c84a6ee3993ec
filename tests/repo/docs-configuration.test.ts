// The documents name exactly the variables that the environment can have, with their defaults.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type BoundName, BOUNDS, DEFAULT_BRAND } from "@mintmark/core";
import { file, repositoryFiles, type SourceFile, testRule } from "./repository.ts";

const SERVER = "server/src/config/config.ts";
const COMMAND = "cli/src/config.ts";
const DOCUMENTS = ["README.md", "docs/configuration.md"];

testRule({
  name: "the README and docs/configuration.md name every environment variable, and no other",
  because: "a setting nobody can read about does not exist, and one that is only written about misleads",
  subject: (path) => path === SERVER || path === COMMAND || DOCUMENTS.includes(path),
  check: (files) => {
    const known = new Set([
      ...namesIn(textOf(files, SERVER), /^\s+(MINTMARK_\w+|DATABASE_URL): /gm),
      ...namesIn(textOf(files, COMMAND), /\bread\("(MINTMARK_\w+)"\)/g),
    ]);
    return DOCUMENTS.flatMap((path) => {
      const prose = textOf(files, path).replace(/^ *```[\s\S]*?^ *```/gm, "");
      const named = new Set(namesIn(prose, /`(MINTMARK_[A-Z_]+|DATABASE_URL)`/g));
      return [
        ...[...known].filter((name) => !named.has(name)).map((name) => `${path} lacks ${name}`),
        ...[...named].filter((name) => !known.has(name)).map((name) => `${path} names ${name}, which nothing reads`),
      ];
    });
  },
  twin: {
    files: [
      file(
        SERVER,
        "const Environment = z.object({\n  DATABASE_URL: z.string(),\n  MINTMARK_PORT: z.coerce.number(),\n});",
      ),
      file(COMMAND, 'const token = read("MINTMARK_TOKEN");'),
      file("README.md", "`DATABASE_URL`, `MINTMARK_PORT`, `MINTMARK_TOKEN`\n```sh\necho $MINTMARK_KEY\n```\n"),
      file("docs/configuration.md", "| `DATABASE_URL` | `MINTMARK_PROT` |\n| `MINTMARK_TOKEN` |\n"),
    ],
    violations: [
      "docs/configuration.md lacks MINTMARK_PORT",
      "docs/configuration.md names MINTMARK_PROT, which nothing reads",
    ],
  },
});

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

function textOf(files: readonly SourceFile[], path: string): string {
  return files.find((candidate) => candidate.path === path)?.text ?? "";
}

test("docs/configuration.md states the default of every setting that has one", () => {
  const files = repositoryFiles();
  const blocks = textOf(files, SERVER)
    .split(/^  (?=MINTMARK_\w+: |DATABASE_URL: )/m)
    .slice(1);
  const rows = new Map(
    [...textOf(files, "docs/configuration.md").matchAll(/^\| `(MINTMARK_\w+|DATABASE_URL)` \| (?:`([^`]+)`)? ?/gm)].map(
      ([, name = "", stated]) => [name, stated],
    ),
  );
  const wrong = blocks.flatMap((block) => {
    const [, name = "", rest = ""] = /^(\w+): ([\s\S]*)/.exec(block) ?? [];
    const preset = defaultOf(rest);
    const stated = rows.get(name);
    return preset === undefined || stated === preset ? [] : [`${name}: ${preset}, and the guide says ${stated}`];
  });
  assert.ok(blocks.length > 20);
  assert.deepEqual(wrong, []);
});

function defaultOf(declaration: string): string | undefined {
  const bound = /^limit\("(\w+)"\)/.exec(declaration)?.[1] as BoundName | undefined;
  if (bound !== undefined) return String(BOUNDS[bound].standard);
  const preset = /\.default\((?:"([^"]+)"|(\d+)|DEFAULT_BRAND)\),$/m.exec(declaration);
  return preset === null ? undefined : (preset[1] ?? preset[2] ?? DEFAULT_BRAND);
}
