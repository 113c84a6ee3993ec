// How a command ends: its exit codes, and the one error that carries a message for the person who typed it.

export const EXIT = { ok: 0, failure: 1, usage: 2, notAuthenticated: 4, interrupted: 130 } as const;

/** A command cannot do what was asked. Message and hint are lower case, without a period, and hold no secret. */
export class Failure extends Error {
  override readonly name = "Failure";
  /** Stable, for scripts that read `--json`. */
  readonly code: string;
  /** What to do next. */
  readonly hint: string | null;
  readonly exitCode: number;

  constructor(code: string, message: string, hint: string | null = null, exitCode: number = EXIT.failure) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The same, of what may be otherwise in a moment: the host is busy, starts again, or cannot be reached. */
export class TemporaryFailure extends Failure {
  readonly retryAfterSeconds: number | null;

  constructor(code: string, message: string, hint: string, retryAfterSeconds: number | null = null) {
    super(code, message, hint);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The person pressed Ctrl-C at a prompt: nothing was done, and there is nothing to say. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** The command was typed wrong. */
export function usageFailure(message: string, hint: string | null = null): Failure {
  return new Failure("usage", message, hint, EXIT.usage);
}

/** There is no credential, or the host refuses it; `hint` says why and what to do. */
export function notAuthenticated(code: string, hint: string): Failure {
  return new Failure(code, "not authenticated", hint, EXIT.notAuthenticated);
}
