// Translates what SQLite reports into the errors of the port. An error that has no place there is a bug and passes
// unchanged.
import { conflictOfColumns } from "../errors.ts";
import { OutcomeUnknown, StorageFull, StoreUnavailable } from "../store.ts";

// Primary result codes (https://sqlite.org/rescode.html); the low byte of the extended code that Node reports.
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
const UNREACHABLE: ReadonlySet<number> = new Set([BUSY, LOCKED, READONLY, IOERR, CORRUPT, CANTOPEN, NOTADB]);

const CONSTRAINT_PRIMARYKEY = 1555;
const CONSTRAINT_UNIQUE = 2067;
const UNIQUE_MESSAGE = /^UNIQUE constraint failed: (?<columns>.*)$/;

export function toStoreError(error: unknown): unknown {
  const code = resultCodeOf(error);
  if (code === null) return isClosed(error) ? new StoreUnavailable("the database is closed", { cause: error }) : error;
  if (code === CONSTRAINT_UNIQUE || code === CONSTRAINT_PRIMARYKEY) {
    return conflictOfColumns(UNIQUE_MESSAGE.exec((error as Error).message)?.groups?.["columns"] ?? "");
  }
  const primary = code & 0xff;
  if (primary === FULL) return diskIsFull(error);
  if (!UNREACHABLE.has(primary)) return error;
  return new StoreUnavailable(`the database did not answer: ${(error as Error).message}`, { cause: error });
}

export function diskIsFull(cause: unknown): StorageFull {
  return new StorageFull("the disk under the database is full", { cause });
}

/** After a failed write to the log while committing, nobody knows whether a restart finds the commit. */
export function toCommitError(error: unknown): unknown {
  const code = resultCodeOf(error);
  if (code === null || (code & 0xff) !== IOERR) return toStoreError(error);
  return new OutcomeUnknown("the disk failed while committing", { cause: error });
}

export function isBusy(error: unknown): boolean {
  const code = resultCodeOf(error);
  return code !== null && (code & 0xff) === BUSY;
}

function resultCodeOf(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error)) return null;
  return typeof error.errcode === "number" ? error.errcode : null;
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_INVALID_STATE";
}
