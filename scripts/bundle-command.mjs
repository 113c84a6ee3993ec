// Builds the command into cli/dist. npm installs the dependencies of its package.json beside it. Its devDependencies are
// bundled: libraries with many dependencies, of which the command uses a small part. So `npm i mintmark` installs 6
// packages instead of 40. The licence of each bundled library requires a copy, which is written beside the code.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const cli = fileURLToPath(new URL("../cli/", import.meta.url));
const dist = join(cli, "dist");
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(cli, "package.json"), "utf8"));
const installed = Object.keys({ ...dependencies, ...peerDependencies });

const bundle = await rolldown({
  cwd: cli,
  input: { main: "src/main.ts", "keyring-process": "src/credential-store/keyring-process.ts" },
  platform: "node",
  external: (id) => id.startsWith("node:") || installed.some((name) => id === name || id.startsWith(`${name}/`)),
  // jsonc-parser has its modules there.
  resolve: { mainFields: ["module", "main"] },
});
rmSync(dist, { recursive: true, force: true });
// Flat: modules find what lies beside them, and package.json one folder up.
const { output } = await bundle.write({ dir: dist, entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" });
await bundle.close();
// The library `open` starts this script of its package on Linux, where it lies beside its code.
copyFileSync(join(cli, "..", "node_modules", "open", "xdg-open"), join(dist, "xdg-open"));
// And jq-wasm reads this one, which is jq itself.
mkdirSync(join(dist, "build"));
copyFileSync(join(cli, "..", "node_modules", "jq-wasm", "dist", "build", "jq.wasm"), join(dist, "build", "jq.wasm"));
writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), licencesOf(output.flatMap(({ moduleIds = [] }) => moduleIds)));

/** The licence of every package that the modules are from. */
function licencesOf(modules) {
  const folders = new Set(modules.map(packageFolderOf).filter((folder) => folder !== null));
  return [...folders]
    .sort((one, other) => (one < other ? -1 : 1))
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined && license === undefined) throw new Error(`${name} has no licence`);
      const text = file === undefined ? `Licensed under ${license}.` : readFileSync(join(folder, file), "utf8");
      return `${name} ${version}\n\n${text.trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** `null` for the modules of this repository. */
function packageFolderOf(module) {
  if (!module.includes(`${sep}node_modules${sep}`)) return null;
  let folder = dirname(module);
  while (!existsSync(join(folder, "package.json")) || !("version" in readManifest(folder))) folder = dirname(folder);
  return folder;
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
