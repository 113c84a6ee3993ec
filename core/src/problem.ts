// A refusal on the wire, as the server and the SDK both send it: the fields of RFC 9457 and the challenge of RFC 6750.
// Rule: a response never contains a secret.
import { isErrorCode, titleOf } from "./error-code.ts";
import { redactSecrets } from "./format.ts";

/** The texts of refusals that no credential has caused, and that more than one server sends. */
export const TOKEN_IN_URL_TEXT =
  "The token is in the URL, where logs and histories keep it. Revoke it and send a new token in a header.";
export const UNAVAILABLE_TEXT = "The database is unavailable, so the request was refused. Try again in a moment.";

export interface ProblemFields {
  /** Stable. Every code of the table, and in the SDK also one that only a later instance knows. */
  readonly code: string;
  /** The title of the code by default. */
  readonly title?: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
  /** The problems, one for each field. */
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  /** With `permission_denied`: the permissions that the caller lacks. */
  readonly missingPermissions?: readonly string[];
  /** With `removals_exceeded`: the first of the tokens that would end. */
  readonly tokens?: readonly DoomedToken[];
}

/** A token that a refused change would have ended. */
export interface DoomedToken {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly userExternalId: string;
}

/**
 * The JSON of a problem document. `origin` is the address of the instance, for a response that another server sends:
 * `type` leads to the instance's documentation of the code.
 */
export function problemText(fields: ProblemFields, origin = ""): string {
  const { code, status, detail, requestId, errors, missingPermissions, tokens } = fields;
  const title = fields.title ?? (isErrorCode(code) ? titleOf(code) : undefined);
  const type = `${origin}/docs/api#${code}`;
  return redactSecrets(
    JSON.stringify({ type, title, status, detail, code, requestId, errors, missingPermissions, tokens }),
  );
}

const CHALLENGE = 'Bearer realm="mintmark"';
/** The credential was sent in a wrong way. */
const WRONGLY_SENT: ReadonlySet<string> = new Set(["credentials_malformed", "credentials_multiple", "token_in_url"]);
/** No bearer token was sent. RFC 6750 §3.1: such a request gets no error code. */
const NOT_SENT: ReadonlySet<string> = new Set(["credentials_missing", "scheme_unsupported"]);
/** RFC 6749 §3.3. A proxy may ask for any text, and a header holds only this. */
const SCOPES = /^[\x20\x21\x23-\x5B\x5D-\x7E]{1,200}$/;

/**
 * `WWW-Authenticate` by RFC 6750 §3, or `null`: every 401 has a challenge, and so has a refusal because of how a
 * credential was sent (`invalid_request`) or because a credential lacks a permission (`insufficient_scope`).
 */
export function challengeOf(
  code: string,
  status: number,
  { credentialSent, scopes = [] }: { readonly credentialSent: boolean; readonly scopes?: readonly string[] },
): string | null {
  if (WRONGLY_SENT.has(code)) return `${CHALLENGE}, error="invalid_request"`;
  if (status === 401) return credentialSent && !NOT_SENT.has(code) ? `${CHALLENGE}, error="invalid_token"` : CHALLENGE;
  if (code !== "permission_denied" || !credentialSent) return null;
  const scope = [...new Set(scopes)].join(" ");
  return `${CHALLENGE}, error="insufficient_scope"${SCOPES.test(scope) ? `, scope="${scope}"` : ""}`;
}
