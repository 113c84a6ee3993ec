// A refusal by the server, or a failure to reach it, as one error class. The app decides by its `code` and shows its
// `detail`, the server's sentence about what to do next.

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

interface ProblemParts {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId?: string | null;
  readonly errors?: readonly FieldProblem[];
  readonly missingPermissions?: readonly string[];
  readonly retryAfterSeconds?: number | null;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  readonly errors: readonly FieldProblem[];
  readonly missingPermissions: readonly string[];
  readonly retryAfterSeconds: number | null;

  constructor(parts: ProblemParts) {
    super(`${parts.title} (${parts.code})`);
    this.name = "Problem";
    this.status = parts.status;
    this.code = parts.code;
    this.title = parts.title;
    this.detail = parts.detail;
    this.requestId = parts.requestId ?? null;
    this.errors = parts.errors ?? [];
    this.missingPermissions = parts.missingPermissions ?? [];
    this.retryAfterSeconds = parts.retryAfterSeconds ?? null;
  }
}

/** The request got no response: there is no network, or the server is down. */
export function networkProblem(): Problem {
  return new Problem({
    status: 0,
    code: "network",
    title: "The server did not respond",
    detail: "Check your connection and try again. Nothing you entered is lost.",
  });
}

/** The form is incomplete. Each message is shown at its field. */
export function incompleteForm(errors: readonly FieldProblem[]): Problem {
  return new Problem({ status: 0, code: "form_incomplete", title: "Check the form", detail: "", errors });
}

/** Reads an error response. Anything that is not problem+json, such as a proxy's page, becomes a plain sentence. */
export function parseProblem(status: number, body: unknown, retryAfter: string | null): Problem {
  const record = isRecord(body) ? body : {};
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter);
  return new Problem({
    status,
    code: text(record["code"]) ?? (status >= 500 ? "unavailable" : "unknown"),
    title: text(record["title"]) ?? fallbackTitle(status),
    detail: text(record["detail"]) ?? "Try again. If it fails again, tell the operator of this server.",
    requestId: text(record["requestId"]),
    errors: list(record["errors"]).flatMap(fieldProblem),
    missingPermissions: list(record["missingPermissions"]).filter((item) => typeof item === "string"),
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : null,
  });
}

/** Whether this refusal means that the session has ended. A failed sign-in does not. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401 && error.code !== "sign_in_failed";
}

/** The same refusal in words for a person. The server's sentence is about tokens and headers. */
export function sessionEnded({ status, code, requestId }: Pick<Problem, "status" | "code" | "requestId">): Problem {
  return new Problem({
    status,
    code,
    requestId,
    title: "Your session has ended",
    detail: "Sign in again, then send the form again.",
  });
}

/** Whether trying the same request again may help. */
export function isTransient(error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status === 502 || error.status >= 503);
}

/** Turns any thrown value into a problem that can be shown. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem({
    status: 0,
    code: "app_error",
    title: "Something went wrong on this page",
    detail: "Reload the page and try again.",
  });
}

function fallbackTitle(status: number): string {
  return status >= 500 ? "The server cannot respond right now" : `The server refused this (${status})`;
}

function fieldProblem(item: unknown): FieldProblem[] {
  if (!isRecord(item)) return [];
  const field = text(item["field"]);
  const message = text(item["message"]);
  return field === null || message === null ? [] : [{ field, message }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

// The sentence under an error's title: the server's detail, or how long to wait.

export function adviceFor(problem: Problem): string {
  if (problem.status === 429) return waitAdvice(problem.retryAfterSeconds);
  if (problem.code === "outcome_unknown") {
    return `${problem.detail} Before you try again, reload the page to see whether it was created.`;
  }
  return problem.detail;
}

function waitAdvice(seconds: number | null): string {
  if (seconds === null || seconds <= 0) return "Too many tries. Wait a minute, then try again.";
  if (seconds < 90) return `Too many tries. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  return `Too many tries. Try again in ${Math.ceil(seconds / 60)} minutes.`;
}
