// How a command ends: its exit codes, and the one error that carries a message for the person who typed it.
import { getSystemErrorMessage } from "node:util";

export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  /** Only of `mintmark verify`: the verified token does not work. */
  notActive: 3,
  notAuthenticated: 4,
  /** Only of `mintmark verify`: the verified token works, and lacks the permission. */
  permissionMissing: 5,
  interrupted: 130,
} as const;

/** A command cannot do its work. The message and the hint are lower case, without a period, and contain no secret. */
export class Failure extends Error {
  override readonly name = "Failure";
  /** Stable for scripts that read `--json`. */
  readonly code: string;
  /** The next step for the person. */
  readonly hint: string | null;
  readonly exitCode: number;

  constructor(code: string, message: string, hint: string | null = null, exitCode: number = EXIT.failure) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** A failure that may pass soon: the host is busy, restarts, or cannot be reached. */
export class TemporaryFailure extends Failure {
  readonly retryAfterSeconds: number | null;

  constructor(code: string, message: string, hint: string, retryAfterSeconds: number | null = null) {
    super(code, message, hint);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The reason in an error of the operating system, such as `no space left on device (ENOSPC)`. Throws any other error. */
export function systemReason(error: unknown): string {
  const name = systemErrorOf(error);
  if (name === null) throw error;
  const { errno, info } = error as NodeJS.ErrnoException & { readonly info?: { readonly errno?: number } };
  const number = info?.errno ?? errno;
  // Node's own errors have the number of the system, which is positive.
  return number === undefined ? (error as Error).message : `${getSystemErrorMessage(-Math.abs(number))} (${name})`;
}

/** The system's name of the error, such as `ENOSPC`, or `null` for any other error. */
export function systemErrorOf(error: unknown): string | null {
  const { code, info } = (error ?? {}) as { readonly code?: unknown; readonly info?: { readonly code?: unknown } };
  // Node wraps some errors of the system in errors with another code.
  const name = info?.code ?? code;
  return typeof name === "string" && /^E[A-Z0-9]+$/.test(name) ? name : null;
}

/** The person pressed Ctrl-C at a prompt. Nothing was done, and nothing is printed. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** The command was used wrongly. */
export function usageFailure(message: string, hint: string | null = null): Failure {
  return new Failure("usage", message, hint, EXIT.usage);
}

/** There is no credential, or the host refuses it. `hint` says why, and what to do. */
export function notAuthenticated(code: string, hint: string): Failure {
  return new Failure(code, "not authenticated", hint, EXIT.notAuthenticated);
}
