// Removes the servers and folders that killed test runs left behind. An exit hook covers every other end,
// but nothing runs after SIGKILL. The sweep touches only the folder of an owner that no longer runs, and the process in
// its postmaster.pid if that process really serves this folder (process ids are used again).
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";

export const CLUSTER_FOLDER_PREFIX = "mintmark-postgres-";

/** Ends abandoned servers under `parent` and removes their folders; resolves with the folders it removed. */
export async function sweepAbandonedClusters(parent: string): Promise<string[]> {
  const removed: string[] = [];
  for (const name of readdirSync(parent)) {
    const owner = ownerOf(name);
    if (owner === null || isAlive(owner)) continue;
    const folder = join(parent, name);
    const server = serverOf(folder);
    if (server !== null) await end(server);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    removed.push(folder);
  }
  return removed;
}

function ownerOf(folderName: string): number | null {
  const match = new RegExp(`^${CLUSTER_FOLDER_PREFIX}(\\d+)-`).exec(folderName);
  return match === null ? null : Number(match[1]);
}

/** The process id of the server that still serves `folder`, or null. */
function serverOf(folder: string): number | null {
  const file = join(folder, "data", "postmaster.pid");
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, "utf8").split("\n", 1)[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return null;
  return commandLineOf(pid).includes(folder) ? pid : null;
}

async function end(server: number): Promise<void> {
  process.kill(server, "SIGQUIT");
  for (let waitedMs = 0; waitedMs < 5000 && isAlive(server); waitedMs += 20) await pause(20);
}

function commandLineOf(pid: number): string {
  try {
    return process.platform === "linux"
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8")
      : execFileSync("ps", ["-p", String(pid), "-o", "args="], { encoding: "utf8" });
  } catch {
    // The process ended in between, or this system has no such command: then nothing is signalled.
    return "";
  }
}

/** A zombie counts as gone: it waits only for its parent, and signals still "reach" it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  if (process.platform !== "linux") return true;
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
