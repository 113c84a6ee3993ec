// Programs that a test needs and npm does not have. As root on Debian and its kin they are installed when they are
// missing; elsewhere the test says why it was not run, and never on the build machine, where that fails it.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What Debian's packages ask before they start a service: 101 forbids it (invoke-rc.d). */
const POLICY_FILE = "/usr/sbin/policy-rc.d";

export interface DebianPackage {
  readonly name: string;
  /** One that the package brings: it is installed when this is found. */
  readonly program: string;
}

/** `null` when every program is there, now or already; else the reason why not. */
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

/** A machine that runs tests does not become a web server by it. */
async function withoutStartingServices(work: () => Promise<void>): Promise<void> {
  const isOurs = !existsSync(POLICY_FILE);
  if (isOurs) await writeFile(POLICY_FILE, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await work();
  } finally {
    if (isOurs) await rm(POLICY_FILE, { force: true });
  }
}

/** A fresh image has no lists of packages; one that has been used has them already. */
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
