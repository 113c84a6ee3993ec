// A lock for changes of a file. A command reads the file, changes the text and writes it again. Without the lock, a
// second command that reads in between would undo the change of the first. The lock and the work are synchronous, so
// only the end of the process can prevent the release.
import { closeSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Far longer than a change takes. The process that holds a lock of this age was killed. */
const ABANDONED_MS = 2_000;
const PAUSE_MS = 5;

/** Runs the work while no other process does so for the same file. */
export function whileLocked<T>(path: string, work: () => T): T {
  const lock = `${path}.lock`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  while (!take(lock)) {
    if (ageOf(lock) > ABANDONED_MS) breakAbandoned(lock);
    else pause();
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Tries to take the lock, and returns whether it could. */
function take(lock: string): boolean {
  try {
    closeSync(openSync(lock, "wx", 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * When several processes find the lock abandoned, one breaks it. That process checks again first, because another one
 * may have broken the lock in the meantime and a third may hold the new lock.
 */
function breakAbandoned(lock: string): void {
  const claim = `${lock}.claim`;
  if (!take(claim)) {
    // A claim lasts two system calls. A process that leaves one behind was killed between them.
    if (ageOf(claim) > ABANDONED_MS) rmSync(claim, { force: true });
    return pause();
  }
  try {
    if (ageOf(lock) > ABANDONED_MS) rmSync(lock, { force: true });
  } finally {
    rmSync(claim, { force: true });
  }
}

/** The age of a lock, also of one from the future after the clock was set back. */
function ageOf(lock: string): number {
  const { mtimeMs = Date.now() } = statSync(lock, { throwIfNoEntry: false }) ?? {};
  return Math.abs(Date.now() - mtimeMs);
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
