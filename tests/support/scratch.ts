// Where tests put what they throw away. Databases of tests are written to disk thousands of times a run, and
// nobody reads them after a crash: in memory each of these writes costs a hundredth.
import { accessSync, constants, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";

/** Linux's file system in memory. */
const MEMORY = "/dev/shm";
/** Containers often have a small one, which a run would fill. */
const ENOUGH_BYTES = 2 * 1024 ** 3;

/** The folder in memory where there is one with room; else, and where TMPDIR says so, the system's temporary folder. */
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
