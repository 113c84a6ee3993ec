import type { ErrorCode } from "@mintmark/core";

export interface RefusalExtras {
  /** What is wrong, field by field. */
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  /** With `permission_denied`: what the caller lacks. */
  readonly missingPermissions?: readonly string[];
  /** With 429 and 503: when trying again makes sense. */
  readonly retryAfterSeconds?: number;
  /** Where the same rule is met by someone whose credential is good: 403 instead of the code's 401. */
  readonly status?: 403;
}

/**
 * The one error a use case throws when it refuses: a stable code and a sentence that says what failed,
 * why, and what to do next. It never holds a secret. Anything else that is thrown is a bug (500).
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

/** Too many wait for a password to be hashed: nothing was looked at. */
export function serverBusy(): Refusal {
  return new Refusal(
    "server_busy",
    "The server has too many passwords to check, so it did not check yours. Try again in 3 s.",
    { retryAfterSeconds: 3 },
  );
}

/** The one answer for what does not exist and for what another organization owns: nobody can tell them apart. */
export function notFound(): Refusal {
  return new Refusal(
    "not_found",
    "There is nothing here, or you have no access to it. Check the address and the active organization.",
  );
}

/** Confirms a change of authority: when a use case returns one, the change holds everywhere. */
export interface Receipt {
  /** When the change took effect, UTC epoch milliseconds: of the first time, when it is repeated. */
  readonly at: number;
  /**
   * How the confirmation was reached. `single`: every verification reads committed truth, so the commit itself is the
   * confirmation.
   */
  readonly confirmedBy: "single" | "replicas" | "lease";
  /** How many processes confirmed it. 1: the process that committed. */
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
