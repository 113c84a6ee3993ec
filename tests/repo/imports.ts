// Reads the imports of a TypeScript file from its text. The compiler has no JavaScript interface, and the forms of
// an import are few; comments are removed first, so that a sentence about an import is none.
import { posix } from "node:path";
import type { SourceFile } from "./repository.ts";

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The file in the repository it leads to, or null for a package and for node: modules. */
  readonly target: string | null;
}

const STATEMENT = /\b(?:import|export)\s+(?:type\s+)?(?:[\w$*\s{},]+?\s+from\s+)?(["'])([^"'\n]+)\1/g;
const CALL = /\bimport\(\s*(["'`])([^"'`\n]+)\1/g;
const COMPUTED_CALL = /\bimport\(\s*(?!["'`\s])/;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** Where the packages of this repository live. */
const WORKSPACES: Readonly<Record<string, string>> = {
  "@mintmark/core": "core/src/index.ts",
  "@mintmark/mcp-clients": "mcp-clients/src/index.ts",
  "@mintmark/web": "web/src/index.ts",
  "@mintmark/e2e": "e2e/src/index.ts",
  "@mintmark/bench": "bench/src/index.ts",
  "@mintmark/terminal": "terminal/src/index.ts",
  "@mintmark/server": "server/src/index.ts",
  mintmark: "cli/src/index.ts",
};

export function importsOf(source: SourceFile): Import[] {
  const text = source.text.replace(COMMENT, "");
  return [...text.matchAll(STATEMENT), ...text.matchAll(CALL)].map((match) => {
    const specifier = match[2] ?? "";
    return { specifier, target: targetOf(source.path, specifier) };
  });
}

/** Whether the file imports something whose name only exists at run time, which no rule could follow. */
export function hasComputedImport(source: SourceFile): boolean {
  return COMPUTED_CALL.test(source.text.replace(COMMENT, ""));
}

function targetOf(from: string, specifier: string): string | null {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(from), specifier);
  for (const [name, entry] of Object.entries(WORKSPACES)) {
    if (specifier === name) return entry;
    if (specifier.startsWith(`${name}/`)) return posix.join(posix.dirname(entry), specifier.slice(name.length + 1));
  }
  return null;
}
