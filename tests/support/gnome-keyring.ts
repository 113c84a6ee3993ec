// A session bus of its own with a real gnome-keyring on it, as a desktop has. On Debian and its kin the two programs
// are installed when they are missing, which takes root; elsewhere the caller is told why there is none.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);
const PACKAGES = ["gnome-keyring", "dbus-daemon"];
/** As nobody would have it: the keyring of a test opens with it, and is thrown away. */
const PASSWORD = "the password of a test's keyring";

export interface GnomeKeyring {
  /** What a program needs to find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the keyring; the bus stays. */
  endDaemon(): Promise<void>;
  stop(): Promise<void>;
}

/** The keyring, unlocked, or the reason why there can be none. */
export async function startGnomeKeyring(): Promise<GnomeKeyring | string> {
  const missing = await whyMissing();
  if (missing !== null) return missing;
  const folder = await mkdtemp(join(tmpdir(), "mintmark-gnome-keyring-"));
  const address = `unix:path=${join(folder, "bus")}`;
  const environment = { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: folder };
  const env = { ...environment, PATH: process.env["PATH"] ?? "", HOME: folder, XDG_DATA_HOME: join(folder, "data") };
  const bus = spawn("dbus-daemon", ["--session", "--nofork", "--print-address", `--address=${address}`], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  await firstOutput(bus);
  const daemon = spawn("gnome-keyring-daemon", ["--foreground", "--unlock", "--components=secrets"], {
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  daemon.stdin.end(PASSWORD);
  await firstOutput(daemon);
  return {
    environment,
    endDaemon: () => end(daemon),
    stop: async () => {
      await end(daemon);
      await end(bus);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function whyMissing(): Promise<string | null> {
  if (process.platform !== "linux") return "gnome-keyring is for Linux";
  if (await isInstalled()) return null;
  if (process.geteuid?.() !== 0) return `${PACKAGES.join(" and ")} are not installed, and installing them takes root`;
  try {
    await install();
  } catch (error) {
    return `${PACKAGES.join(" and ")} are not installed, and cannot be: ${(error as Error).message}`;
  }
  return (await isInstalled()) ? null : "gnome-keyring was installed and is not there";
}

async function isInstalled(): Promise<boolean> {
  try {
    await run("/bin/sh", ["-c", "command -v gnome-keyring-daemon && command -v dbus-daemon"]);
    return true;
  } catch {
    return false;
  }
}

/** A fresh image has no lists of packages; one that has been used has them already. */
async function install(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = ["-qq", "-y", "-o", "DPkg::Lock::Timeout=120"];
  const installing = (): Promise<unknown> =>
    run("apt-get", ["install", ...options, "--no-install-recommends", ...PACKAGES], { env });
  await installing().catch(async () => {
    await run("apt-get", ["update", "-qq"], { env });
    await installing();
  });
}

/** Each says on standard output that it is there. */
async function firstOutput(
  child: ChildProcess & { readonly stdout: NonNullable<ChildProcess["stdout"]> },
): Promise<void> {
  const ended = once(child, "close").then(() => {
    throw new Error(`${child.spawnfile} ended at once`);
  });
  await Promise.race([once(child.stdout, "data"), ended]);
  ended.catch(() => {});
  child.stdout.resume();
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill();
  await closed;
}
