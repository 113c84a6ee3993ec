// The folder for temporary files of tests. The databases of a test run are written thousands of times, and nobody reads
// them after a crash. In memory each of these writes costs a hundredth.
import { accessSync, constants, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";

/** Linux's file system in memory. */
const MEMORY = "/dev/shm";
/** Containers often have a small one, which a run would fill. */
const ENOUGH_BYTES = 2 * 1024 ** 3;

/** A folder in memory if there is one with enough space. Else, or if TMPDIR is set, the system's temporary folder. */
export function scratchParent(): string {
  if (process.env["TMPDIR"] !== undefined) return tmpdir();
  try {
    accessSync(MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
