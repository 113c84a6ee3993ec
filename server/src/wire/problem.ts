// Refusals on the wire: RFC 9457 problem details. One table (core's error codes) gives status and title;
// the detail is the refusal's own sentence. Never a stack, never a secret.
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
import { Refusal, type RefusalExtras, serverBusy } from "../use-cases/refusal.ts";

export const Problem: z.ZodType = z
  .object({
    type: z.string().openapi({ description: "Where the code is documented.", example: "/docs/api#token_revoked" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: "What failed, why, and what to do next." }),
    code: z.string().openapi({ description: "Stable: clients may rely on it." }),
    requestId: z.string().openapi({ description: "Quote it when you ask for help; logs and audit events carry it." }),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    missingPermissions: z.array(z.string()).optional(),
  })
  .openapi("Problem");

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const SECONDS_UNTIL_RETRY = 1;

/**
 * A refusal as status, headers and body. `credentialSent` decides what `WWW-Authenticate` says (RFC 6750
 * §3); `status` is for a transport that knows fewer statuses than the codes have.
 */
export function problemOf(
  refusal: { readonly code: ErrorCode; readonly detail: string; readonly extras?: RefusalExtras },
  request: { readonly requestId: string; readonly credentialSent: boolean; readonly status?: number },
): ProblemAnswer {
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

/** When trying again makes sense, in seconds. */
export function retryAfterOf(extras: RefusalExtras, status: number): number | undefined {
  return extras.retryAfterSeconds ?? (status === 503 ? SECONDS_UNTIL_RETRY : undefined);
}

function challenge(credentialSent: boolean): string {
  return credentialSent ? 'Bearer realm="mintmark", error="invalid_token"' : 'Bearer realm="mintmark"';
}

/** Whatever was thrown, as a refusal. What is not expected is a bug: 500, told by its request id only. */
export function refusalOfError(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof PasswordQueueFull) return serverBusy();
  if (error instanceof StoreUnavailable) {
    return new Refusal(
      "verifier_unavailable",
      "The database did not answer, so nothing was allowed and nothing changed. Try again in a moment.",
    );
  }
  if (error instanceof OutcomeUnknown) {
    return new Refusal(
      "outcome_unknown",
      "The connection to the database was lost while saving. Look whether the change was made before you repeat it.",
    );
  }
  if (error instanceof StorageFull) {
    return new Refusal("storage_full", "The disk is full and nothing was saved. Tell whoever runs this instance.");
  }
  return new Refusal(
    "internal_error",
    "This is a fault in Mintmark, and nothing was saved. Tell whoever runs this instance, with the request id.",
  );
}

/** What a client reads about its credential; `ip` is `null` when the client's address could not be read. */
export function refusalDetail(code: CredentialCode | IntakeCode, ip?: string | null): string {
  return holderText(code, ip === null);
}
