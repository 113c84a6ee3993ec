// A real pgbouncer in front of a database, in the pool mode that a test needs. On Debian and its derivatives it is
// installed when it is missing.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { whyMissing } from "./debian-packages.ts";
import { freePort } from "./free-port.ts";
import { scratchParent } from "./scratch.ts";

export interface Pgbouncer {
  /** The database's URL through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** `nobody`: pgbouncer refuses to run as root. */
const NOBODY = 65534;

/** The pooler, which accepts connections, or the reason why there can be none. */
export async function startPgbouncer(
  databaseUrl: string,
  mode: "session" | "transaction",
): Promise<Pgbouncer | string> {
  const missing = await whyMissing(["pgbouncer"]);
  if (missing !== null) return missing;
  const target = new URL(databaseUrl);
  const folder = await mkdtemp(join(scratchParent(), "mintmark-pgbouncer-"));
  const port = await freePort();
  const config = join(folder, "pgbouncer.ini");
  await writeFile(config, configuration({ target, port, mode, users: join(folder, "users.txt") }));
  await writeFile(join(folder, "users.txt"), `"${target.username}" ""\n`);
  await chmod(folder, 0o755);
  const account = process.geteuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` };
  const pooler = spawn("pgbouncer", [config], { ...account, cwd: "/", env, stdio: ["ignore", "ignore", "pipe"] });
  const stop = async (): Promise<void> => {
    await end(pooler);
    await rm(folder, { recursive: true, force: true });
  };
  const problem = await untilListening(pooler);
  if (problem !== null) {
    await stop();
    throw new Error(`pgbouncer is installed, but does not start: ${problem}`);
  }
  target.port = String(port);
  return { url: target.href, stop };
}

function configuration(of: {
  readonly target: URL;
  readonly port: number;
  readonly mode: string;
  readonly users: string;
}): string {
  const { target, port, mode, users } = of;
  const database = target.pathname.slice(1);
  return `[databases]
${database} = host=${target.hostname} port=${target.port} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = ${mode}
`;
}

/** `null`, or what it said before it ended. */
function untilListening(pooler: ChildProcess): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let said = "";
    pooler.once("error", reject);
    pooler.once("close", () => resolve(said));
    pooler.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text.slice(0, 5_000);
      if (said.includes("process up")) resolve(null);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  await closed;
}
