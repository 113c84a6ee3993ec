// The snippets of the documents are correct. e2e/test/documents.test.ts runs the commands. This file checks the rest: the
// language of each snippet, the syntax of data, that a snippet that no test runs says so, and that docs/errors.md has the
// texts of core.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse as parseToml } from "smol-toml";
import { MCP_CLIENTS } from "../../mcp-clients/src/index.ts";
import { errorGuide } from "../../scripts/error-guide.ts";
import { GUIDES_WITH_TABLES, withTables } from "../../scripts/guide-tables.ts";
import { reasonNotToRun, type Snippet, snippets } from "./markdown.ts";
import { file, testRule } from "./repository.ts";

const isDocument = (path: string): boolean => /^[^/]+\.md$|^docs\/.*\.md$/.test(path);

/** The fault of a snippet of the language, or `null`. */
const JUDGES: Readonly<Record<string, (snippet: Snippet, path: string) => string | null>> = {
  // Run, or marked.
  sh: () => null,
  js: () => null,
  ts: mustBeOfTheSdk,
  json: ({ text }) => failureOf(() => JSON.parse(text)),
  toml: ({ text }) => failureOf(() => parseToml(text)),
  http: ({ text }) => (/^([\w-]+: \S.*\n)+$/.test(text) ? null : "is no header"),
  nginx: mustBeRun,
  caddy: mustBeRun,
  haproxy: mustBeRun,
  lua: mustBeRun,
  // e2e/src/embed-stage.ts puts them into the page of a host.
  html: (_snippet, path) => (path === "docs/embed.md" ? null : "is not run: it belongs in docs/embed.md"),
  // A program that the tests do not have.
  powershell: mustBeMarked,
  // Output and drawings, which nobody types.
  "": ({ text }) => (/^(\$ |(curl|npm|npx|mintmark|node) )/m.test(text) ? "has a command, and is not sh" : null),
};

testRule({
  name: "snippets in the documents are of a kind that is checked",
  because: "a copied snippet must work, and an untested one must say so",
  subject: isDocument,
  check: (files) =>
    files.flatMap(({ path, text }) =>
      snippets(text).flatMap((snippet) => {
        const judge = JUDGES[snippet.language];
        const problem = judge === undefined ? `is of a kind that nothing checks` : judge(snippet, path);
        return problem === null ? [] : [`${path}:${snippet.line}: a snippet "${snippet.language}" ${problem}`];
      }),
    ),
  twin: {
    files: [
      file("README.md", "```json\n{a}\n```\n```toml\n[a]\nb = 1\nb = 2\n```\n```nginx\nlisten 80;\n```\n"),
      file(
        "docs/a.md",
        "```powershell\n# not run by npm test: needs PowerShell\nls\n```\n```\nnpm start\n```\n```yaml\n```\n",
      ),
      file("docs/proxies.md", "```nginx\nlisten 80;\n```\n"),
      file("docs/b.md", "```ts\n// a.ts\n```\n"),
      file("docs/sdk.md", "```ts\n// a.ts\n```\n```ts\nlet a;\n```\n"),
    ],
    violations: [
      `README.md:1: a snippet "json" is not what it says: Expected property name or '}' in JSON at position 1 (line 1 column 2)`,
      'README.md:4: a snippet "toml" is not what it says: Invalid TOML document: trying to redefine an already defined table or value',
      'README.md:9: a snippet "nginx" is not run: it belongs in docs/proxies.md',
      'docs/a.md:5: a snippet "" has a command, and is not sh',
      'docs/a.md:8: a snippet "yaml" is of a kind that nothing checks',
      'docs/b.md:1: a snippet "ts" is not run: it belongs in docs/sdk.md',
      'docs/sdk.md:4: a snippet "ts" does not name its file in its first line',
    ],
  },
});

test("docs/errors.md is what core's tables of codes and reasons say", () => {
  const written = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
  assert.equal(written, errorGuide(), "docs/errors.md is old: run `npm run error-guide`");
});

test("the tables of the guides agree with the code", () => {
  for (const path of GUIDES_WITH_TABLES) {
    const written = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
    assert.equal(written, withTables(written), `${path} is old: run \`npm run guide-tables\``);
  }
});

test("the documents name each AI client that keeps the secret out of its file by itself", () => {
  const guide = readFileSync(new URL("../../docs/ai-clients.md", import.meta.url), "utf8");
  for (const [way, holding] of [
    ["environment variable", "environment"],
    ["prompt", "prompt"],
  ] as const) {
    const row = guide.split("\n").find((line) => line.startsWith(`| ${way} |`)) ?? "";
    const unnamed = MCP_CLIENTS.filter(({ id, holdings }) => id !== "generic" && holdings.includes(holding))
      .map(({ name }) => name.replace(/ \d+$/, ""))
      .filter((name) => !row.includes(name));
    assert.deepEqual(unnamed, [], way);
  }
});

test("the versions of AI clients in the documents are those that `npm run acceptance` tries", () => {
  const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const clients = Object.values(JSON.parse(read("e2e/acceptance/clients.json")) as Record<string, { version: string }>);
  const listed = [...read("docs/ai-clients.md").matchAll(/^\| [^|]+ \| (\d+\.\d+\.\d+) \|/gm)].map(
    ([, version]) => version,
  );
  assert.deepEqual(
    listed,
    clients.map(({ version }) => version),
  );
});

/** e2e/src/proxy-guide.ts takes the proxies' configurations from one document, so that each is there once. */
function mustBeRun(_snippet: Snippet, path: string): string | null {
  return path === "docs/proxies.md" ? null : "is not run: it belongs in docs/proxies.md";
}

/** sdk/test/package.test.ts compiles and runs them. */
function mustBeOfTheSdk({ text }: Snippet, path: string): string | null {
  if (path !== "docs/sdk.md") return "is not run: it belongs in docs/sdk.md";
  return /^\/\/ [\w.-]+\.ts\n/.test(text) ? null : "does not name its file in its first line";
}

function mustBeMarked(snippet: Snippet): string | null {
  return reasonNotToRun(snippet) === null ? "is not run, and does not say so in its first line" : null;
}

function failureOf(parse: () => unknown): string | null {
  try {
    parse();
    return null;
  } catch (error) {
    return `is not what it says: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
  }
}
