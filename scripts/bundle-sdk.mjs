// Builds @mintmark/sdk into sdk/dist: one module for each entry of its package.json, and modules that entries have in
// common. The parts of core that it uses are bundled, so the package has no dependency. The compiler writes the types beside the code.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../", import.meta.url));
const sdk = join(root, "sdk");
// A test builds into another folder, so that it disturbs nobody who reads this one.
const dist = process.argv[2] ?? join(sdk, "dist");
const { exports } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8"));

rmSync(dist, { recursive: true, force: true });
const compiler = [join(root, "node_modules/typescript/bin/tsc"), "-p", sdk, "--noCheck", "--outDir", dist];
const types = spawnSync(process.execPath, compiler, { stdio: "inherit" });
if (types.status !== 0) process.exit(types.status ?? 1);
writeTypes(Object.values(exports).map((entry) => entry.types.slice("./dist/".length)));

const bundle = await rolldown({
  cwd: sdk,
  input: Object.fromEntries(Object.values(exports).map((entry) => sourceOf(entry.default))),
  platform: "neutral",
  external: (id) => id.startsWith("node:"),
  resolve: { conditionNames: ["development", "import"] },
  transform: { target: "es2022" },
});
await bundle.write({
  dir: dist,
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
});
await bundle.close();

/** `./dist/index.js` → `["index", "src/index.ts"]`. */
function sourceOf(built) {
  const name = built.slice("./dist/".length, -".js".length);
  return [name, `src/${name}.ts`];
}

/**
 * The compiler leaves the names of the sources in the types, and writes the types of internal modules too. Those that no
 * entry needs are deleted, because they name types of core.
 */
function writeTypes(entries) {
  const needed = new Set(entries);
  for (const file of needed) {
    const path = join(dist, file);
    const text = readFileSync(path, "utf8").replaceAll(/(from "\.\/[\w-]+)\.ts"/g, '$1.js"');
    for (const [, name] of text.matchAll(/from "\.\/([\w-]+)\.js"/g)) needed.add(`${name}.d.ts`);
    writeFileSync(path, text);
  }
  for (const file of readdirSync(dist)) if (!needed.has(file)) rmSync(join(dist, file));
}
