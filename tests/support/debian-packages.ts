// Programs that a test needs and npm does not have. As root on Debian and its derivatives, missing programs are
// installed. Elsewhere the test is skipped with the reason. On the build machine it fails instead.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Debian's packages run this script before they start a service. 101 forbids the start (invoke-rc.d). */
const POLICY_FILE = "/usr/sbin/policy-rc.d";

export interface DebianPackage {
  readonly name: string;
  /** A program of the package. The package is installed when this program is found. */
  readonly program: string;
}

/** Installs missing programs. Returns `null` when every program is there, else the reason why not. */
export async function whyMissing(packages: readonly DebianPackage[]): Promise<string | null> {
  const names = packages.map(({ name }) => name);
  const listed = names.join(" and ");
  if (process.platform !== "linux") return `${listed} are for Linux`;
  if (await areInstalled(packages)) return null;
  if (process.geteuid?.() !== 0) return `${listed} not installed, and installing takes root`;
  try {
    await withoutStartingServices(() => install(names));
  } catch (error) {
    return `${listed} not installed, and cannot be: ${(error as Error).message}`;
  }
  return (await areInstalled(packages)) ? null : `${listed} installed, and not found`;
}

async function areInstalled(packages: readonly DebianPackage[]): Promise<boolean> {
  try {
    const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` };
    await run("/bin/sh", ["-c", packages.map(({ program }) => `command -v ${program}`).join(" && ")], { env });
    return true;
  } catch {
    return false;
  }
}

/** Keeps the packages from starting their services on the test machine. */
async function withoutStartingServices(work: () => Promise<void>): Promise<void> {
  const isOurs = !existsSync(POLICY_FILE);
  if (isOurs) await writeFile(POLICY_FILE, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await work();
  } finally {
    if (isOurs) await rm(POLICY_FILE, { force: true });
  }
}

/** A fresh image has no lists of packages. A used one has them already. */
async function install(names: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = ["-qq", "-y", "-o", "DPkg::Lock::Timeout=60", "-o", "Acquire::http::Timeout=20"];
  const installing = (): Promise<unknown> =>
    run("apt-get", ["install", ...options, "--no-install-recommends", ...names], { env, timeout: 120_000 });
  await installing().catch(async () => {
    await run("apt-get", ["update", "-qq", "-o", "Acquire::http::Timeout=20"], { env, timeout: 60_000 });
    await installing();
  });
}
