// Refusals on the wire: RFC 9457 problem details.
// Rule: core's table of error codes gives status and title, and the refusal gives the detail. A response never contains
// a stack or a secret.
import { z } from "@hono/zod-openapi";
import {
  type CredentialCode,
  type ErrorCode,
  holderText,
  type IntakeCode,
  redactSecrets,
  statusOf,
  titleOf,
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
  })
  .openapi("Problem");

export interface ProblemResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const SECONDS_UNTIL_RETRY = 1;

/**
 * A refusal as status, headers and body. `credentialSent` determines `WWW-Authenticate` (RFC 6750 §3). `status`
 * overrides the status for a transport with fewer statuses than codes.
 */
export function problemOf(
  refusal: { readonly code: ErrorCode; readonly detail: string; readonly extras?: RefusalExtras },
  request: { readonly requestId: string; readonly credentialSent: boolean; readonly status?: number },
): ProblemResponse {
  const { code, detail, extras = {} } = refusal;
  const status = request.status ?? extras.status ?? statusOf(code);
  const retryAfter = retryAfterOf(extras, status);
  return {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      ...(status === 401 ? { "WWW-Authenticate": challenge(request.credentialSent) } : {}),
      ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }),
    },
    body: redactSecrets(
      JSON.stringify({
        type: `/docs/api#${code}`,
        title: titleOf(code),
        status,
        detail,
        code,
        requestId: request.requestId,
        errors: extras.errors,
        missingPermissions: extras.missingPermissions,
      }),
    ),
  };
}

/** The seconds after which a retry makes sense. */
export function retryAfterOf(extras: RefusalExtras, status: number): number | undefined {
  return extras.retryAfterSeconds ?? (status === 503 ? SECONDS_UNTIL_RETRY : undefined);
}

function challenge(credentialSent: boolean): string {
  return credentialSent ? 'Bearer realm="mintmark", error="invalid_token"' : 'Bearer realm="mintmark"';
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
