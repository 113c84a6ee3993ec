// Files that only their owner may read. All of the code is synchronous, so a signal cannot arrive between the write of
// the new file and the rename that replaces the old one.
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { Failure, systemErrorOf, systemReason } from "@mintmark/terminal";

const GROUP_OR_WORLD = 0o077;
/** Windows has no such permissions. Its access lists keep a user's profile private. */
const HAS_MODES = process.platform !== "win32";
/** Opening a pipe would otherwise wait for its writer. Windows has no such flag. */
const READ_AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const REHEARSED_BYTES = 8_192;

export interface PrivateFile {
  readonly text: string;
  /** Whether the group or all users have any permission on the file. */
  readonly exposed: boolean;
  /** Whether the file belongs to another user, who could read it and could have written it. */
  readonly foreign: boolean;
}

/** The file's text, or `null` when there is none. `path` is `null` for a user without a home folder. */
export function readPrivateFile(path: string | null): PrivateFile | null {
  if (path === null) return null;
  let file: number;
  try {
    file = openSync(path, READ_AT_ONCE);
  } catch (error) {
    // If the folder's name is taken by a file, there is nothing to read, and writing will report it.
    if (/^(?:ENOENT|ENOTDIR)$/.test(systemErrorOf(error) ?? "")) return null;
    throw unreadable(path, systemReason(error));
  }
  try {
    // Checks the opened file, so that nobody can replace it between the check and the read.
    const stats = fstatSync(file);
    // A pipe or a device could have no end.
    if (!stats.isFile()) throw unreadable(path, "it is not a file");
    const exposed = HAS_MODES && (stats.mode & GROUP_OR_WORLD) !== 0;
    const foreign = HAS_MODES && stats.uid !== process.geteuid?.();
    return { text: readFileSync(file, "utf8"), exposed, foreign };
  } finally {
    closeSync(file);
  }
}

/**
 * Writes the file as 0600 in a 0700 folder. A concurrent reader sees the complete old text or the complete new one. A
 * symbolic link stays one, and its target is replaced.
 */
export function writePrivateFile(path: string, text: string): void {
  asStorage(path, () => replace(dirname(path), linkTarget(path), text));
}

/** Checks that `writePrivateFile` can write here, and leaves no file or folder behind. Throws what that would throw. */
export function rehearsePrivateFile(path: string | null): void {
  const known = requirePath(path);
  asStorage(known, () => {
    const folder = dirname(known);
    const rehearsed = `${linkTarget(known)}.rehearsal`;
    const firstMade = makeFolder(folder);
    try {
      // As long as a file with some logins, because a full disk may still have room for an empty file.
      replace(folder, rehearsed, " ".repeat(REHEARSED_BYTES));
    } finally {
      rmSync(rehearsed, { force: true });
      if (firstMade !== undefined) removeEmptyFolders(folder, firstMade);
    }
  });
}

function replace(folder: string, target: string, text: string): void {
  makeFolder(folder);
  if (HAS_MODES && (statSync(folder).mode & GROUP_OR_WORLD) !== 0) chmodSync(folder, 0o700);
  // Loaded only here, because it takes 10 ms and most commands write nothing.
  const { randomBytes } = process.getBuiltinModule("node:crypto");
  const temporary = `${target}.${randomBytes(6).toString("hex")}`;
  try {
    writeDurably(temporary, text);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Refuses to store anything for a user without a home folder. */
export function requirePath(path: string | null): string {
  if (path !== null) return path;
  const hint = "set HOME or XDG_CONFIG_HOME to a folder, or set MINTMARK_TOKEN, which is not stored";
  throw new Failure("storage_unusable", "cannot store anything: this user has no home folder", hint);
}

export const STORAGE_HINT =
  "make the folder writable, make room on the disk, or set HOME or XDG_CONFIG_HOME to another folder";

/** Runs the work that stores something at `path`. An error of the operating system becomes a `Failure` with the path. */
export function asStorage<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("storage_unusable", `cannot write ${path}: ${systemReason(error)}`, STORAGE_HINT);
  }
}

/**
 * Creates the folder and the folders above it, and returns the outermost one that it created. It does not use `recursive`,
 * with which Node never returns below a folder such as /proc/self, where none can be created.
 */
export function makeFolder(folder: string): string | undefined {
  const above = dirname(folder);
  if (existsSync(folder) || above === folder) return undefined;
  const outermost = makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another command has created it.
    if (systemErrorOf(error) !== "EEXIST") throw error;
  }
  return outermost ?? folder;
}

/** The file to which the links at this path lead, whether it exists or not. Dotfiles are often links to another folder. */
export function linkTarget(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (systemErrorOf(error) !== "ENOENT") throw error;
  }
  const link = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return link ? linkTarget(resolve(dirname(path), readlinkSync(path))) : path;
}

function unreadable(path: string, why: string): Failure {
  return new Failure("file_unreadable", `cannot read ${path}: ${why}`, "move it away and log in again");
}

/** Removes empty folders from the inner one to the outer one. It stops at one that another command has begun to use. */
function removeEmptyFolders(inner: string, outer: string): void {
  try {
    for (let folder = inner; folder.startsWith(outer); folder = dirname(folder)) rmdirSync(folder);
  } catch (error) {
    if (!/^(?:ENOTEMPTY|EEXIST|ENOENT)$/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    // The process's umask can only have removed bits.
    if (HAS_MODES) fchmodSync(file, 0o600);
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
