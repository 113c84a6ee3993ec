// What PostgreSQL and its driver report, in the words of the port. An error without a place there is a
// bug and passes as it is.
import { DatabaseError } from "pg";
import { conflictOfIndex } from "../sql/uniqueness.ts";
import { OutcomeUnknown, StorageFull, StoreUnavailable } from "../store.ts";

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNIQUE_VIOLATION = "23505";
const DISK_FULL = "53100";

/**
 * Connection exception, invalid authorization, transaction rollback (deadlock), insufficient resources,
 * object not in prerequisite state (lock timeout), operator intervention (shutdown, statement timeout),
 * system error.
 */
const UNREACHABLE_CLASSES: ReadonlySet<string> = new Set(["08", "28", "40", "53", "55", "57", "58"]);

/** No such database; a server that only reads; a transaction that was open for too long. */
const UNREACHABLE_STATES: ReadonlySet<string> = new Set(["3D000", "25006", "25P03", "25P04"]);

export function toStoreError(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return isConnectionError(error) ? unavailable(error as Error) : error;
  const state = error.code ?? "";
  if (state === UNIQUE_VIOLATION) return conflictOfIndex(error.constraint ?? "");
  if (state === DISK_FULL) return new StorageFull("the disk under the database is full", { cause: error });
  if (UNREACHABLE_CLASSES.has(state.slice(0, 2)) || UNREACHABLE_STATES.has(state)) return unavailable(error);
  return error;
}

/** An `ERROR` answer to a commit means that it was rolled back; anything graver, or silence, means nothing. */
export function toCommitError(error: unknown): unknown {
  if (error instanceof DatabaseError && error.severity === "ERROR") return toStoreError(error);
  return new OutcomeUnknown("the connection to the database was lost while committing", { cause: error });
}

/** Whether the connection must not be used again. */
export function endsConnection(error: unknown): boolean {
  return !(error instanceof DatabaseError) || error.severity !== "ERROR";
}

function unavailable(error: Error): StoreUnavailable {
  return new StoreUnavailable(`the database did not answer: ${error.message}`, { cause: error });
}

/** The driver reports a lost connection as a plain `Error`; mistakes of the program have classes of their own. */
function isConnectionError(error: unknown): boolean {
  return error instanceof Error && (error.constructor === Error || error instanceof AggregateError);
}
