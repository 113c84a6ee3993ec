// Makes node_modules agree with package-lock.json, and does nothing when it already does.
// It runs as npm's pre-hook of start, test, demo and bench, so a fresh clone needs no other step.
// It runs under whatever Node the machine has (20 or newer) and so uses only Node's own modules;
// the script after it is a new shell, in which `node` is the version pinned in optionalDependencies.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".installed");
const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  // Without the stamp an interrupted installation is repeated rather than trusted.
  rmSync(stamp, { force: true });
  install();
  explainMissingLibrary();
  mkdirSync(modules, { recursive: true });
  writeFileSync(stamp, wanted);
}

// NODE_ENV=production makes npm leave the tools out, hence the two --include flags.
function install() {
  process.stdout.write("Installing what is missing. The first time takes a minute.\n");
  // Errors only: that the machine's own Node is older than the one being installed is no news here.
  const flags = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const result = npm
    ? spawnSync(process.execPath, [npm, ...flags], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", flags, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (result.status !== 0) {
    process.stderr.write("mintmark: error: cannot install the dependencies: npm ci failed, see above\n");
    process.stderr.write("mintmark: hint: check the network and the npm registry, then run the same command again\n");
    process.exit(result.status || 1);
  }
}

// The pinned Node links libatomic, which slim images leave out; the loader's own message does not name the package.
function explainMissingLibrary() {
  const pinned = join(modules, ".bin", process.platform === "win32" ? "node.cmd" : "node");
  if (!existsSync(pinned)) {
    const [major, minor] = process.versions.node.split(".").map(Number);
    if (major > 24 || (major === 24 && minor >= 7)) return;
    process.stderr.write(
      `mintmark: error: no pinned Node for ${process.platform} ${process.arch}, and this one is ${process.version}\n`,
    );
    process.stderr.write("mintmark: hint: install Node 24.7 or newer and run the same command again\n");
    process.exit(1);
  }
  const result = spawnSync(pinned, ["-v"], { encoding: "utf8", shell: process.platform === "win32" });
  if (result.status === 0) return;
  process.stderr.write(
    `mintmark: error: the pinned Node does not run: ${(result.stderr || String(result.error)).trim()}\n`,
  );
  process.stderr.write(
    "mintmark: hint: install libatomic1 (Debian, Ubuntu) or libatomic (Fedora, RHEL) and run the same command again\n",
  );
  process.exit(1);
}
