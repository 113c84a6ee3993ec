#!/usr/bin/env node
// The `mintmark` command: loads the sources in a checkout and `dist` in an installed package (which ships no sources).
// It stays plain JavaScript that old versions of Node can parse, so that they are refused with a sentence.
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";

// 24.7 is the first with argon2 in node:crypto.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 7)) {
  process.stderr.write(`mintmark: error: Node ${process.version} is too old\n`);
  process.stderr.write(
    "mintmark: hint: install Node 24.7 or newer (in a checkout, `npx mintmark` uses the pinned one)\n",
  );
  process.exit(1);
}

const source = new URL("../src/cli/main.ts", import.meta.url);
if (existsSync(source)) {
  // The sources of the workspace packages answer to the condition `development`; here no flag can set it.
  nodeModule.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: [...context.conditions, "development"] }),
  });
  // Types are stripped once, not at every start. The cache is trusted as code is, so it lies with the code.
  nodeModule.enableCompileCache(fileURLToPath(new URL("../../node_modules/.cache/compile", import.meta.url)));
  await import(source.href);
} else {
  await import(new URL("../dist/cli/main.js", import.meta.url).href);
}
