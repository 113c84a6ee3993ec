// Refusals in the form of RFC 6749 §5.2, for the OAuth operations.
import { z } from "@hono/zod-openapi";
import { challengeOf, type ErrorCode, redactSecrets, statusOf } from "@mintmark/core";
import type { Refusal } from "../use-cases/use-case.ts";
import { type ProblemResponse, retryHeaders } from "../wire/problem.ts";

export const OAuthError: z.ZodType = z
  .object({
    error: z
      .string()
      .openapi({ description: "A code of RFC 6749 §5.2 or RFC 8628 §3.5.", example: "authorization_pending" }),
    error_description: z.string().openapi({ description: "The error, its cause, and what to do next." }),
    code: z.string().openapi({ description: "Mintmark's stable error code, more specific than `error`." }),
  })
  .openapi("OAuthError");

/** Mintmark codes that OAuth defines. */
const OAUTH_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "invalid_request",
  "invalid_grant",
  "unsupported_grant_type",
  "authorization_pending",
  "slow_down",
  "expired_token",
  "access_denied",
]);

/** The OAuth error for a code: the same code, or the nearest one. OAuth has one status for all errors of the client. */
export function oauthCodeOf(code: ErrorCode): { readonly status: number; readonly error: string } {
  const status = statusOf(code);
  if (OAUTH_CODES.has(code)) return { status, error: code };
  if (status === 401 || code === "service_key_required") return { status: 401, error: "invalid_client" };
  if (status < 500 && status !== 429) return { status: 400, error: "invalid_request" };
  return { status, error: status === 500 ? "server_error" : "temporarily_unavailable" };
}

/** Every challenge names both schemes, because one for all clients is simpler than two and reveals nothing. */
const BASIC_CHALLENGE = 'Basic realm="mintmark"';

/** A refusal as status, headers and body. `bearerSent` determines the challenge. */
export function oauthErrorOf(refusal: Refusal, bearerSent: boolean): ProblemResponse {
  const { status, error } = oauthCodeOf(refusal.code);
  const challenge = challengeOf(refusal.code, status, { credentialSent: bearerSent });
  return {
    status,
    headers: {
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
      ...(challenge === null ? {} : { "WWW-Authenticate": `${BASIC_CHALLENGE}, ${challenge}` }),
      ...retryHeaders(refusal.extras, status),
    },
    body: redactSecrets(
      JSON.stringify({ error, error_description: descriptionOf(refusal.detail), code: refusal.code }),
    ),
  };
}

/** RFC 6749 §5.2 allows only printable ASCII without quotation marks and backslashes. */
function descriptionOf(detail: string): string {
  return detail.replaceAll('"', "'").replaceAll(/[^\x20-\x21\x23-\x5B\x5D-\x7E]/g, "?");
}
