// Files that nobody but their owner may read. All of it is synchronous: a signal cannot arrive between
// writing the new file and putting it in the old one's place.
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
/** Windows keeps no such permissions; a user's profile is private there by its access list. */
const HAS_MODES = process.platform !== "win32";

export interface PrivateFile {
  readonly text: string;
  /** Whether the group or the world can do anything with the file. */
  readonly exposed: boolean;
  /** Whether it belongs to somebody else, who could read it, and could have written it. */
  readonly foreign: boolean;
}

/** The file's text, or `null` when there is none. */
export function readPrivateFile(path: string): PrivateFile | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    // A file of that name in place of the folder: there is nothing to read either, and writing will say so.
    if (/^(?:ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
  try {
    // Judged on what was opened, so that nobody can exchange the file between the two.
    const { mode, uid } = fstatSync(file);
    const exposed = HAS_MODES && (mode & GROUP_OR_WORLD) !== 0;
    const foreign = HAS_MODES && uid !== process.geteuid?.();
    return { text: readFileSync(file, "utf8"), exposed, foreign };
  } finally {
    closeSync(file);
  }
}

/** Writes the file as 0600 in a 0700 folder. Whoever reads it meanwhile sees the old text or the new one, whole. */
export function writePrivateFile(path: string, text: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (HAS_MODES && (statSync(folder).mode & GROUP_OR_WORLD) !== 0) chmodSync(folder, 0o700);
  // Loaded only here: it takes 10 ms, and most commands write nothing.
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

/** Proves that `writePrivateFile` can write here, and leaves neither file nor folder behind. Throws what that would. */
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

/** From the inner folder to the outer one, as long as they are empty: another command may have begun to use one. */
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
    // The process's mask can only have taken bits away.
    if (HAS_MODES) fchmodSync(file, 0o600);
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
