// How a command ends: its exit codes, and the one error that carries a message for the person who typed it.

export const EXIT = { ok: 0, failure: 1, usage: 2, notAuthenticated: 4, interrupted: 130 } as const;

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
