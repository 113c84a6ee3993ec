// nginx, Caddy and HAProxy as Debian has them, each with its configuration in a separate folder.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { whyMissing } from "./debian-packages.ts";

const run = promisify(execFile);

export const PROXIES = ["nginx", "caddy", "haproxy"] as const;
export type ProxyName = (typeof PROXIES)[number];

const READY_MS = 15_000;
const POLL_MS = 20;

/** The reason why the proxies cannot be run, or `null`. */
export const whyNoProxies = (): Promise<string | null> => whyMissing([...PROXIES, "openssl"]);

export const hasIpv6 = readable("/proc/net/if_inet6").includes("00000000000000000000000000000001");

function readable(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

export interface Certificate {
  readonly folder: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** Both in one, for HAProxy. */
  readonly pemFile: string;
  readonly cert: string;
  readonly key: string;
  remove(): Promise<void>;
}

/** A certificate for these names that signs itself and that nobody trusts. */
export async function makeCertificate(names: readonly string[]): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-certificate-"));
  const [certFile, keyFile, pemFile] = ["cert.crt", "cert.key", "cert.pem"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const subject = [
    "-subj",
    `/CN=${names[0]}`,
    "-addext",
    `subjectAltName=${names.map((name) => `DNS:${name}`).join()}`,
  ];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  await run("openssl", ["req", "-x509", ...curve, "-keyout", keyFile, "-out", certFile, ...subject]);
  const [cert, key] = await Promise.all([readFile(certFile, "utf8"), readFile(keyFile, "utf8")]);
  await writeFile(pemFile, cert + key, { mode: 0o600 });
  return {
    folder,
    certFile,
    keyFile,
    pemFile,
    cert,
    key,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The command that starts each proxy with the file `configuration` of its folder. */
const COMMANDS: Readonly<Record<ProxyName, (folder: string) => readonly string[]>> = {
  nginx: (folder) => ["nginx", "-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"],
  caddy: (folder) => ["caddy", "run", "--config", join(folder, "configuration"), "--adapter", "caddyfile"],
  haproxy: (folder) => ["haproxy", "-db", "-f", join(folder, "configuration")],
};

/** The main file of nginx, which a distribution supplies. It includes the configuration as it does `conf.d/*.conf`. */
const NGINX_MAIN = `daemon off;
worker_processes 1;
pid nginx.pid;
events {}
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${name};`).join("\n  ")}
  include configuration;
}
`;

/** Tests run Caddy without a port for administration, and on no port but the given one. */
const CADDY_GLOBAL = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n";

/** Runs the proxy with a configuration that listens on this port of 127.0.0.1, and resolves when it does. */
export async function startProxy(
  name: ProxyName,
  configuration: string,
  port: number,
): Promise<{ stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `mintmark-${name}-`));
  // Its workers run as another user when root starts it.
  await mkdir(join(folder, "home"));
  await writeFile(join(folder, "nginx.conf"), (process.geteuid?.() === 0 ? "user root;\n" : "") + NGINX_MAIN);
  await writeFile(join(folder, "configuration"), name === "caddy" ? CADDY_GLOBAL + configuration : configuration);
  const [program, ...args] = COMMANDS[name](folder) as [string, ...string[]];
  const env = { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin`, HOME: join(folder, "home") };
  const child = spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (log += chunk.toString()));
  // Also when a test breaks off before it stops the proxy.
  const kill = (): void => void child.kill();
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    process.off("exit", kill);
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  if (await isListening(child, port)) return { stop };
  await stop();
  throw new Error(`${name} does not start:\n${log}`);
}

async function isListening(child: ChildProcess, port: number): Promise<boolean> {
  for (const until = Date.now() + READY_MS; Date.now() < until && child.exitCode === null; await pause(POLL_MS)) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return true;
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  // nginx' master ends its workers with it on SIGTERM, and so at once.
  child.kill("SIGTERM");
  await closed;
}
