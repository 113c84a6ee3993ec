// Two commands that end at the same moment must not undo each other's change of a file: each reads it, changes what it
// read and writes it again, and whoever reads between another's reading and writing would write what was before.
// It is synchronous, as what it is around: nothing but the end of the process can come between taking and giving back.
import { closeSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Far longer than a change takes: a lock of this age belongs to a process that was killed. */
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

/** Takes the lock, and answers whether it could: not while somebody has it. */
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
 * Of several that find it abandoned one breaks it, and looks again first: another may have broken it since, and the
 * lock that is there now is somebody's.
 */
function breakAbandoned(lock: string): void {
  const claim = `${lock}.claim`;
  if (!take(claim)) {
    // Held for two calls of the system: whoever leaves it behind was killed between them.
    if (ageOf(claim) > ABANDONED_MS) rmSync(claim, { force: true });
    return pause();
  }
  try {
    if (ageOf(lock) > ABANDONED_MS) rmSync(lock, { force: true });
  } finally {
    rmSync(claim, { force: true });
  }
}

/** Also of one from the future, after the clock was set back. */
function ageOf(lock: string): number {
  const { mtimeMs = Date.now() } = statSync(lock, { throwIfNoEntry: false }) ?? {};
  return Math.abs(Date.now() - mtimeMs);
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
