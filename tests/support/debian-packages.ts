// Programs that a test needs and npm does not have. As root on Debian and its derivatives, missing programs are
// installed. Elsewhere the test is skipped with the reason. In CI a skipped test fails the run (tests/skips.ts).
import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Debian's packages run this script before they start a service. 101 forbids the start (invoke-rc.d). */
const POLICY_FILE = "/usr/sbin/policy-rc.d";

/** The package of Debian that has each program. */
const PACKAGES = {
  caddy: "caddy",
  "dbus-daemon": "dbus-daemon",
  debootstrap: "debootstrap",
  fish: "fish",
  "gnome-keyring-daemon": "gnome-keyring",
  groff: "groff",
  haproxy: "haproxy",
  mandoc: "mandoc",
  nginx: "nginx",
  openssl: "openssl",
  pgbouncer: "pgbouncer",
  "systemd-analyze": "systemd",
  zsh: "zsh",
} as const;

export type Program = keyof typeof PACKAGES;
export const PROGRAMS = Object.keys(PACKAGES) as Program[];

/** Installs missing programs. Returns `null` when every program is there, else the reason why not. */
export async function whyMissing(programs: readonly Program[]): Promise<string | null> {
  const missing = missingOf(programs);
  if (missing.length === 0) return null;
  const names = missing.map((program) => PACKAGES[program]);
  const listed = names.join(" and ");
  if (process.platform !== "linux") return `${listed} not installed, and the tests install only on Linux`;
  if (process.geteuid?.() !== 0) return `${listed} not installed, and installing takes root`;
  try {
    await withoutStartingServices(() => install(names));
  } catch (error) {
    return `${listed} not installed, and cannot be: ${(error as Error).message}`;
  }
  return missingOf(missing).length === 0 ? null : `${listed} installed, and not found`;
}

/** The option of a test that needs a program: skipped where there is none. `globalSetup` has installed what it can. */
export function skipWithout(program: string): { readonly skip: string | false } {
  return { skip: missingOf([program]).length === 0 ? false : `no ${program} here` };
}

function missingOf<Name extends string>(programs: readonly Name[]): readonly Name[] {
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` };
  const lines = programs.map((program) => `command -v ${program} >/dev/null || echo ${program}`);
  const missing = execFileSync("/bin/sh", ["-c", lines.join("\n")], { env, encoding: "utf8" }).split("\n");
  return programs.filter((program) => missing.includes(program));
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
