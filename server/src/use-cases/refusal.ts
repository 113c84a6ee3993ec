// The one error of the use cases, and the receipt that they return.
import type { ErrorCode } from "@mintmark/core";

export interface RefusalExtras {
  /** The problems, one for each field. */
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  /** With `permission_denied`: the permissions that the caller lacks. */
  readonly missingPermissions?: readonly string[];
  /** With 429 and 503: after how many seconds the client may try again. */
  readonly retryAfterSeconds?: number;
  /** Returns 403 instead of the code's 401, because the caller's credential itself is good. */
  readonly status?: 403;
}

/**
 * The one error that a use case throws when it refuses. It has a stable code and a sentence that says what failed, why,
 * and what to do next. It never contains a secret. Any other thrown error is a bug (500).
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ErrorCode;
  readonly detail: string;
  readonly extras: RefusalExtras;

  constructor(code: ErrorCode, detail: string, extras: RefusalExtras = {}) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
    this.extras = extras;
  }
}

/** Refuses because too many passwords wait to be hashed. Nothing was checked. */
export function serverBusy(): Refusal {
  return new Refusal(
    "server_busy",
    "The server has too many passwords to check, so it did not check yours. Try again in 3 s.",
    { retryAfterSeconds: 3 },
  );
}

/** The one refusal for a missing resource and for another organization's: a caller cannot tell them apart. */
export function notFound(): Refusal {
  return new Refusal(
    "not_found",
    "There is nothing here, or you have no access to it. Check the address and the active organization.",
  );
}

/** The receipt of a change of authority. Once the caller has it, the change is in force everywhere. */
export interface Receipt {
  /** When the change took effect, in UTC epoch milliseconds. A repeated change returns the instant of the first. */
  readonly at: number;
  /**
   * How the confirmation was reached. `single`: every verification reads committed state, so the commit itself is the
   * confirmation.
   */
  readonly confirmedBy: "single" | "replicas" | "lease";
  /** How many processes confirmed it. It is 1 for the process that committed. */
  readonly replicas: number;
  readonly waitedMs: number;
}

/** The receipt of an operation that revokes credentials. */
export interface RevocationReceipt extends Receipt {
  readonly revoked: true;
}

export function receiptAt(at: number): Receipt {
  return { at, confirmedBy: "single", replicas: 1, waitedMs: 0 };
}

export function revocationReceiptAt(at: number): RevocationReceipt {
  return { revoked: true, ...receiptAt(at) };
}
