// A fresh Debian in a folder, for tests that must not see this machine: debootstrap unpacks the packages, and nothing of
// the machine but Node and npm is added, as in the base image of deploy/Dockerfile. It stays in node_modules/.cache, so that
// only the first run downloads it.
import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { cp, link, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { whyMissing } from "./debian-packages.ts";

const run = promisify(execFile);
const CACHE: string = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));

/** Downloading and unpacking take 15 seconds on a good line. */
const PATIENCE_MS = 240_000;
/** Node links this library, which a minimal Debian lacks. The image of Node has it too. */
const ADDED = "libatomic1";

/** The reason why no root can be made here, or `null`. */
export async function whyNoRoot(): Promise<string | null> {
  const missing = await whyMissing(["debootstrap"]);
  if (missing !== null) return missing;
  try {
    await run("unshare", ["--mount", "sh", "-ec", "mount -t tmpfs none /mnt"]);
    return null;
  } catch {
    return "this container may not mount";
  }
}

/** Two folders to lay over each other, the upper one first: Node and a user for it, and Debian. */
export async function debianRoot(release: string): Promise<readonly string[]> {
  const debian = join(CACHE, `debian-${release}-${process.arch}`);
  if (!existsSync(debian)) await unpack(release, debian);
  const node = join(CACHE, `debian-node-${process.version}-${process.arch}`);
  if (!existsSync(node)) await addNode(node);
  return [node, debian];
}

/** `--foreign` leaves out the scripts of the packages, which take twice the time and which nothing here needs. */
async function unpack(release: string, to: string): Promise<void> {
  const unfinished = `${to}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };
  const args = ["--foreign", "--variant=minbase", `--include=${ADDED}`, release, unfinished];
  await mkdir(dirname(to), { recursive: true });
  await run("debootstrap", args, { env, timeout: PATIENCE_MS, maxBuffer: 64 * 1024 ** 2 });
  const archives = join(unfinished, "var/cache/apt/archives");
  for (const name of await readdir(archives))
    if (name.startsWith(`${ADDED}_`)) await run("dpkg-deb", ["-x", join(archives, name), unfinished]);
  // Inside a container debootstrap makes a link to itself of it, and a mount would follow that link to this machine's.
  await rm(join(unfinished, "proc"), { recursive: true });
  await mkdir(join(unfinished, "proc"));
  for (const left of ["var/cache/apt", "var/lib/apt", "debootstrap", "usr/share/doc", "usr/share/locale"])
    await rm(join(unfinished, left), { recursive: true, force: true });
  await rename(unfinished, to);
}

async function addNode(to: string): Promise<void> {
  const unfinished = `${to}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  for (const folder of ["usr/local/bin", "usr/local/lib/node_modules", "etc/ssl", "root/.npm", "home/node"])
    await mkdir(join(unfinished, folder), { recursive: true });
  await link(process.execPath, join(unfinished, "usr/local/bin/node")).catch(() =>
    cp(process.execPath, join(unfinished, "usr/local/bin/node")),
  );
  const { stdout } = await run("sh", ["-c", "command -v npm"], { env: { ...process.env } });
  const npm = dirname(dirname(realpathSync(stdout.trim())));
  await cp(npm, join(unfinished, "usr/local/lib/node_modules/npm"), { recursive: true });
  await symlink("../lib/node_modules/npm/bin/npm-cli.js", join(unfinished, "usr/local/bin/npm"));
  const users = ["root:x:0:0:root:/root:/bin/sh", "node:x:1000:1000:node:/home/node:/bin/sh"];
  await writeFile(join(unfinished, "etc/passwd"), `${users.join("\n")}\n`);
  await writeFile(join(unfinished, "etc/group"), "root:x:0:\nnode:x:1000:\n");
  for (const file of ["etc/resolv.conf", "root/.npmrc"]) await writeFile(join(unfinished, file), "");
  await rename(unfinished, to);
}
