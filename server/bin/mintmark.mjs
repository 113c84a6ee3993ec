#!/usr/bin/env node
// The `mintmark` command: loads the sources in a checkout and `dist` in an installed package (which ships no sources).
// It stays plain JavaScript that old versions of Node can parse, so that they are refused with a sentence.
import { existsSync, mkdirSync, statSync } from "node:fs";
import * as nodeModule from "node:module";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
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
  const cache = ownCache();
  if (cache !== null) nodeModule.enableCompileCache(cache);
  await import(new URL("../dist/cli/main.js", import.meta.url).href);
}

/**
 * Where compiled code is kept between two runs: a folder that nobody else can write to, since what lies in it is run.
 * The system's temporary folder, which Node would take, is everybody's. Without one the command starts more slowly.
 */
function ownCache() {
  const { XDG_CACHE_HOME: given = "", LOCALAPPDATA: local } = process.env;
  const home = isAbsolute(given) ? given : (local ?? join(homedir(), ".cache"));
  const folder = join(home, "mintmark", "compiled");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    const isOwn = process.platform === "win32" || (uid === process.geteuid() && (mode & 0o022) === 0);
    return isOwn ? folder : null;
  } catch {
    return null;
  }
}
