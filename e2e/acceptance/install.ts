// Installs clients from the registry that npm is configured with, each in a separate folder. They are not in the lock
// file, because they are large, change every week, and no part of Mintmark needs them.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface ClientPackage {
  readonly package: string;
  readonly version: string;
}

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/acceptance/", import.meta.url));
const PATIENCE_MS = 420_000;

/** Returns the folder of its programs. Throws when npm cannot install it. An installed version is not installed again. */
export async function installClient({ package: name, version }: ClientPackage): Promise<string> {
  const folder = join(CACHE, `${name.replaceAll("/", "-")}-${version}`);
  const done = join(folder, ".installed");
  const bin = join(folder, "node_modules", ".bin");
  if (existsSync(done)) return bin;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Some put their program in place by a script of theirs, which npm has to be allowed.
  const manifest = { private: true, dependencies: { [name]: version }, allowScripts: { [name]: true } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  await npmInstall(folder);
  const installed = JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")) as {
    readonly version: string;
  };
  if (installed.version !== version) throw new Error(`npm installed ${installed.version} and not ${version}`);
  writeFileSync(done, "");
  return bin;
}

async function npmInstall(folder: string): Promise<void> {
  const args = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
  const child = spawn("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"], timeout: PATIENCE_MS });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => void (errors += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === 0) return;
  throw new Error(code === null ? "npm took too long" : errors.trim().split("\n").slice(0, 3).join(" "));
}
