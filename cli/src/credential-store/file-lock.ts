// A lock for changes of a file. A command reads the file, changes the text and writes it again. Without the lock, a
// second command that reads in between would undo the change of the first. The lock and the work are synchronous, so
// only the end of the process can prevent the release.
import { closeSync, lstatSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { Failure, systemErrorOf, systemReason } from "@mintmark/terminal";
import { asStorage, linkTarget, makeFolder, requirePath } from "./private-file.ts";

/** Far longer than a change takes. The process that holds a lock of this age was killed. */
const ABANDONED_MS = 2_000;
/** Longer than it takes to break an abandoned lock. Ctrl-C has no effect while the command waits. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 5;

/** Runs the work while no other process does so for the same file. It passes the path, which must not be `null`. */
export function whileLocked<T>(path: string | null, work: (path: string) => T): T {
  const known = requirePath(path);
  // Two links to one file have one lock.
  const lock = asStorage(known, () => `${linkTarget(known)}.lock`);
  const start = performance.now();
  asStorage(known, () => makeFolder(dirname(known)));
  while (!asStorage(known, () => take(lock))) {
    if (performance.now() - start > PATIENCE_MS) throw stuck(lock, "another command holds it");
    if (ageOf(lock) > ABANDONED_MS) breakAbandoned(lock);
    else pause();
  }
  try {
    return work(known);
  } finally {
    remove(lock);
  }
}

/** Tries to take the lock, and returns whether it could. */
function take(lock: string): boolean {
  try {
    closeSync(openSync(lock, "wx", 0o600));
    return true;
  } catch (error) {
    if (systemErrorOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * When several processes find the lock abandoned, one breaks it. That process checks again first, because another one
 * may have broken the lock in the meantime and a third may hold the new lock.
 */
function breakAbandoned(lock: string): void {
  const claim = `${lock}.claim`;
  if (!asStorage(claim, () => take(claim))) {
    // A claim lasts two system calls. A process that leaves one behind was killed between them.
    if (ageOf(claim) > ABANDONED_MS) remove(claim);
    return pause();
  }
  try {
    if (ageOf(lock) > ABANDONED_MS) remove(lock);
  } finally {
    remove(claim);
  }
}

/** A folder with the name of a lock is somebody's, and stays. */
function remove(lock: string): void {
  try {
    rmSync(lock, { force: true });
  } catch (error) {
    throw stuck(lock, systemReason(error));
  }
}

function stuck(lock: string, why: string): Failure {
  return new Failure("lock_stuck", `cannot remove the lock ${lock}: ${why}`, "if no other mintmark runs, delete it");
}

/** The age of a lock, also of one from the future after the clock was set back. */
function ageOf(lock: string): number {
  const { mtimeMs = Date.now() } = lstatSync(lock, { throwIfNoEntry: false }) ?? {};
  return Math.abs(Date.now() - mtimeMs);
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
