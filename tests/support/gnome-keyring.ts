// A separate session bus with a real gnome-keyring on it, as a desktop has. On Debian and its derivatives, missing
// programs are installed, which takes root. Elsewhere the caller gets the reason why there is none.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { whyMissing } from "./debian-packages.ts";

const run = promisify(execFile);
/** The password of the test's keyring, which is deleted after the test. */
const PASSWORD = "the password of a test's keyring";

/** Each takes as long as a process. */
const ATTEMPTS = 40;

export interface GnomeKeyring {
  /** The variables with which a program finds the keyring. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the keyring. The bus keeps running. */
  endDaemon(): Promise<void>;
  stop(): Promise<void>;
}

/** The keyring, unlocked, or the reason why there can be none. */
export async function startGnomeKeyring(): Promise<GnomeKeyring | string> {
  const missing = await whyMissing(["gnome-keyring-daemon", "dbus-daemon"]);
  if (missing !== null) return missing;
  const folder = await mkdtemp(join(tmpdir(), "mintmark-gnome-keyring-"));
  const address = `unix:path=${join(folder, "bus")}`;
  const environment = { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: folder };
  const env = { ...environment, PATH: process.env["PATH"] ?? "", HOME: folder, XDG_DATA_HOME: join(folder, "data") };
  const config = join(folder, "bus.conf");
  await writeFile(config, busConfig(address));
  const bus = spawn("dbus-daemon", ["--nofork", "--print-address", `--config-file=${config}`], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  await Promise.race([once(bus.stdout, "data"), once(bus, "close")]);
  const daemon = spawn("gnome-keyring-daemon", ["--foreground", "--unlock", "--components=secrets"], {
    env,
    stdio: ["pipe", "ignore", "ignore"],
  });
  daemon.stdin.end(PASSWORD);
  const stop = async (): Promise<void> => {
    await end(daemon);
    await end(bus);
    await rm(folder, { recursive: true, force: true });
  };
  if (await isReady(env)) return { environment, endDaemon: () => end(daemon), stop };
  await stop();
  return "gnome-keyring is installed, and does not start";
}

/** The bus starts no programs, so a keyring that was ended stays ended. */
function busConfig(address: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}

/** In the foreground the daemon does not report that it is ready, so it is polled until it responds. */
async function isReady(env: Record<string, string>): Promise<boolean> {
  const ask = `
    import { AsyncEntry } from "@napi-rs/keyring";
    const entry = new AsyncEntry("mintmark-test", "ready", { linux: { store: "secret-service" } });
    await entry.getPassword();`;
  const cwd = fileURLToPath(new URL("../../server", import.meta.url));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      await run(process.execPath, ["--input-type=module", "--eval", ask], { cwd, env, timeout: 2_000 });
      return true;
    } catch {
      // Not yet.
    }
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill();
  await closed;
}
