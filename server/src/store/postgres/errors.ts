// Translates what PostgreSQL and its driver report into the errors of the port. An error that has no place there is a
// bug and passes unchanged.
import { DatabaseError } from "pg";
import { conflictOfIndex } from "../errors.ts";
import { type Outage, OutcomeUnknown, StorageFull, StoreUnavailable } from "../store.ts";
import { ONLY_READS } from "./primary.ts";

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNIQUE_VIOLATION = "23505";
const DISK_FULL = "53100";
const UNDEFINED_TABLE = "42P01";
const LOCK_NOT_AVAILABLE = "55P03";
const DEADLOCK = "40P01";

/**
 * Connection exception, transaction rollback (deadlock), insufficient resources,
 * object not in prerequisite state (lock timeout), operator intervention (shutdown, statement timeout),
 * system error.
 */
const UNREACHABLE_CLASSES: ReadonlySet<string> = new Set(["08", "40", "53", "55", "57", "58"]);

/** A transaction that was open for too long. */
const UNREACHABLE_STATES: ReadonlySet<string> = new Set(["25P03", "25P04"]);

const READ_ONLY_TRANSACTION = "25006";

/** Invalid authorization, an unknown database, a missing privilege: an operator must act. */
const REFUSED_CLASSES: ReadonlySet<string> = new Set(["28", "3D", "42501"]);

/** A prepared statement is missing or already exists: the session is not the one that prepared it. */
const FOREIGN_SESSION_STATES: ReadonlySet<string> = new Set(["26000", "42P05"]);

const MEANING: Readonly<Record<Outage, string>> = {
  unreachable: "the database did not answer",
  read_only: "the database is a standby or read-only, and may lack recent changes",
  refused: "the database refused the connection",
  not_durable: "a crash of the database could undo what was confirmed",
  pooler: "a pooler gives one connection several sessions; it must work in session mode",
};

export function toStoreError(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return isConnectionError(error) ? unavailable(error as Error) : error;
  const state = error.code ?? "";
  if (state === UNIQUE_VIOLATION) return conflictOfIndex(error.constraint ?? "");
  if (state === DISK_FULL) return new StorageFull("the disk under the database is full", { cause: error });
  const outage = outageOf(error, state);
  return outage === null ? error : unavailable(error, outage);
}

function outageOf(error: DatabaseError, state: string): Outage | null {
  if (state === READ_ONLY_TRANSACTION || error.message.includes(ONLY_READS)) return "read_only";
  if (FOREIGN_SESSION_STATES.has(state)) return "pooler";
  if (REFUSED_CLASSES.has(state.slice(0, 2)) || REFUSED_CLASSES.has(state)) return "refused";
  return UNREACHABLE_CLASSES.has(state.slice(0, 2)) || UNREACHABLE_STATES.has(state) ? "unreachable" : null;
}

/** Whether a statement waited as long as it may, or was cancelled to resolve a deadlock. It can be tried again. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === LOCK_NOT_AVAILABLE || error.code === DEADLOCK);
}

export function isMissingTable(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === UNDEFINED_TABLE;
}

/** An `ERROR` in response to a commit means that it was rolled back. A graver one, or silence, says nothing. */
export function toCommitError(error: unknown): unknown {
  if (error instanceof DatabaseError && error.severity === "ERROR") return toStoreError(error);
  return new OutcomeUnknown("the connection to the database was lost while committing", { cause: error });
}

/** Whether the connection must not be used again: it is lost, or its server must not be read. */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof DatabaseError) || error.severity !== "ERROR") return true;
  const outage = outageOf(error, error.code ?? "");
  return outage === "read_only" || outage === "pooler";
}

function unavailable(error: Error, outage: Outage = "unreachable"): StoreUnavailable {
  return new StoreUnavailable(`${MEANING[outage]}: ${error.message}`, { cause: error, outage });
}

/** The driver reports a lost connection as a plain `Error`; mistakes in the program have their own classes. */
function isConnectionError(error: unknown): boolean {
  return error instanceof Error && (error.constructor === Error || error instanceof AggregateError);
}
