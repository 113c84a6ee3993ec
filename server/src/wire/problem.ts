// Refusals on the wire: RFC 9457 problem details.
// Rule: core's table of error codes gives status and title, and the refusal gives the detail. A response never contains
// a stack or a secret.
import { z } from "@hono/zod-openapi";
import {
  challengeOf,
  type CredentialCode,
  type ErrorCode,
  holderText,
  type IntakeCode,
  problemText,
  statusOf,
} from "@mintmark/core";
import { PasswordQueueFull } from "../secrets/password-queue.ts";
import { OutcomeUnknown, StorageFull, StoreUnavailable } from "../store/store.ts";
import { Refusal, type RefusalExtras, serverBusy } from "../use-cases/use-case.ts";

export const Problem: z.ZodType = z
  .object({
    type: z.string().openapi({ description: "The documentation of the code.", example: "/docs/api#token_revoked" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: "The error, its cause, and what to do next." }),
    code: z.string().openapi({ description: "Stable: clients may rely on it." }),
    requestId: z.string().openapi({ description: "Quote it when you ask for help. Logs and audit events contain it." }),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    missingPermissions: z.array(z.string()).optional(),
    tokens: z
      .array(z.object({ id: z.string(), name: z.string(), prefix: z.string(), userExternalId: z.string() }))
      .optional()
      .openapi({ description: "With `removals_exceeded`: tokens that would end, the first 200." }),
  })
  .openapi("Problem");

export interface ProblemResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const SECONDS_UNTIL_RETRY = 1;

/**
 * A refusal as status, headers and body. `credentialSent` and `scopes` determine the challenge. `status` overrides the
 * status for a transport with fewer statuses than codes.
 */
export function problemOf(
  refusal: { readonly code: ErrorCode; readonly detail: string; readonly extras?: RefusalExtras },
  request: {
    readonly requestId: string;
    readonly credentialSent: boolean;
    /** The permissions that the operation requires. */
    readonly scopes?: readonly string[];
    readonly status?: number;
  },
): ProblemResponse {
  const { code, detail, extras = {} } = refusal;
  const status = request.status ?? extras.status ?? statusOf(code);
  const challenge = challengeOf(code, status, {
    credentialSent: request.credentialSent,
    scopes: [...(request.scopes ?? []), ...(extras.missingPermissions ?? [])],
  });
  return {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      ...(challenge === null ? {} : { "WWW-Authenticate": challenge }),
      ...retryHeaders(extras, status),
    },
    body: problemText({ ...extras, code, status, detail, requestId: request.requestId }),
  };
}

/** The status of a refusal where it is a whole response. */
export function refusalStatus({ code, extras }: Refusal): number {
  return extras.status ?? statusOf(code);
}

/**
 * When a retry makes sense: `Retry-After`, and for an exceeded limit the fields of draft-ietf-httpapi-ratelimit-headers-10
 * with the same instant. `RateLimit-Policy` names the limit, its quota `q` and its window `w` in seconds. `RateLimit`
 * has what is left of it, `r`, and the seconds until it is renewed, `t`.
 */
export function retryHeaders(
  { retryAfterSeconds, limit }: RefusalExtras,
  status: number,
): Readonly<Record<string, string>> {
  const seconds = retryAfterSeconds ?? (status === 503 ? SECONDS_UNTIL_RETRY : undefined);
  if (seconds === undefined) return {};
  const headers = { "Retry-After": String(seconds) };
  if (limit === undefined) return headers;
  const { name, most, windowMs } = limit;
  const period = windowMs === null ? 'qu="concurrent-requests"' : `w=${Math.ceil(windowMs / 1000)}`;
  return {
    ...headers,
    RateLimit: `"${name}";r=0;t=${seconds}`,
    ...(most === null ? {} : { "RateLimit-Policy": `"${name}";q=${most};${period}` }),
  };
}

/** Turns anything thrown into a refusal. An unexpected error is a bug: the client gets 500 and only the request id. */
export function refusalOfError(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof PasswordQueueFull) return serverBusy();
  if (error instanceof StoreUnavailable) {
    return new Refusal(
      "verifier_unavailable",
      "The database is unavailable, so the request was refused and nothing changed. Try again in a moment.",
    );
  }
  if (error instanceof OutcomeUnknown) {
    return new Refusal(
      "outcome_unknown",
      "The connection to the database was lost while saving. Check whether the change was made before you repeat it.",
    );
  }
  if (error instanceof StorageFull) {
    return new Refusal("storage_full", "The disk is full and nothing was saved. Tell the operator of this instance.");
  }
  return new Refusal(
    "internal_error",
    "This is a fault in Mintmark, and nothing was saved. Send the request id to the operator of this instance.",
  );
}

/**
 * The explanation for a client whose credential is refused. `ip` is `null` when the client's address could not be read.
 */
export function refusalDetail(code: CredentialCode | IntakeCode, ip?: string | null): string {
  return holderText(code, ip === null);
}
