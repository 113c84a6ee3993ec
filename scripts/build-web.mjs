// Builds the web app into web/dist, and does nothing when what it is built from has not changed since. With it goes the
// guide to the configurations of AI clients, which the app's page /connect gives too.
// It runs after install.mjs in the pre-hooks of start, test and demo, under whatever Node the machine has;
// vite itself runs on the pinned one. First it writes the types of the HTTP API, which the app is checked with.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import "../web/api-types.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "web/dist/.built");
const inputs = [
  "web/src",
  "web/public",
  "web/index.html",
  "web/vite.config.ts",
  "web/package.json",
  "core/src",
  "mcp-clients/src",
  "scripts/client-guide.ts",
  "openapi.json",
  "package-lock.json",
];

// The hash is taken before the build: a file saved while vite runs makes the next start build again.
const wanted = hashOf(inputs);
const buildable = existsSync(join(root, "web/index.html"));
const isOld = !existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted;
if (isOld || !existsSync(join(root, "docs/client-configurations.md"))) {
  run("node", ["--conditions=development", "scripts/write-client-guide.ts"], root);
}
if (buildable && isOld) build();

function build() {
  process.stdout.write("Building the web app.\n");
  run("vite", ["build", "--logLevel", "warn"], join(root, "web"));
  writeFileSync(stamp, wanted);
}

/** Runs a program of node_modules, and ends with it when it fails. */
function run(program, args, cwd) {
  const bin = join(root, "node_modules/.bin");
  const result = spawnSync(program, args, {
    cwd,
    env: { ...process.env, PATH: bin + delimiter + process.env.PATH, NODE_ENV: "production" },
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (result.status === 0) return;
  process.stderr.write(
    `mintmark: error: cannot build the web app: ${result.error?.message ?? `${program} failed, see above`}\n`,
  );
  process.exit(result.status || 1);
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap((entry) => filesUnder(join(root, entry)))) {
    // The length keeps "ab"+"c" and "a"+"bc" apart.
    const content = readFileSync(path);
    hash.update(`${relative(root, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort();
  } catch (error) {
    if (error.code === "ENOTDIR") return [path];
    throw error;
  }
}
