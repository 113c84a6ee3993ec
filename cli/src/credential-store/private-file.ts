// Files that only their owner may read. All of the code is synchronous, so a signal cannot arrive between the write of
// the new file and the rename that replaces the old one.
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import process from "node:process";

const GROUP_OR_WORLD = 0o077;
/** Windows has no such permissions. Its access lists keep a user's profile private. */
const HAS_MODES = process.platform !== "win32";

export interface PrivateFile {
  readonly text: string;
  /** Whether the group or all users have any permission on the file. */
  readonly exposed: boolean;
  /** Whether the file belongs to another user, who could read it and could have written it. */
  readonly foreign: boolean;
}

/** The file's text, or `null` when there is none. */
export function readPrivateFile(path: string): PrivateFile | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    // If the folder's name is taken by a file, there is nothing to read, and writing will report it.
    if (/^(?:ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
  try {
    // Checks the opened file, so that nobody can replace it between the check and the read.
    const { mode, uid } = fstatSync(file);
    const exposed = HAS_MODES && (mode & GROUP_OR_WORLD) !== 0;
    const foreign = HAS_MODES && uid !== process.geteuid?.();
    return { text: readFileSync(file, "utf8"), exposed, foreign };
  } finally {
    closeSync(file);
  }
}

/** Writes the file as 0600 in a 0700 folder. A concurrent reader sees the complete old text or the complete new one. */
export function writePrivateFile(path: string, text: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (HAS_MODES && (statSync(folder).mode & GROUP_OR_WORLD) !== 0) chmodSync(folder, 0o700);
  // Loaded only here, because it takes 10 ms and most commands write nothing.
  const { randomBytes } = process.getBuiltinModule("node:crypto");
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    writeDurably(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Checks that `writePrivateFile` can write here, and leaves no file or folder behind. Throws what that would throw. */
export function rehearsePrivateFile(path: string): void {
  const folder = dirname(path);
  const firstMade = mkdirSync(folder, { recursive: true, mode: 0o700 });
  const rehearsed = `${path}.rehearsal`;
  try {
    writePrivateFile(rehearsed, "");
  } finally {
    rmSync(rehearsed, { force: true });
    if (firstMade !== undefined) removeEmptyFolders(folder, firstMade);
  }
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
