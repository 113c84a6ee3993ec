// A refused request: why, and the response that the product sends for it. The response is the one that the instance's own
// API sends: a problem document (RFC 9457) with the challenge of RFC 6750.
// Rule: texts, statuses and challenges come from core, so the product and the instance say the same.
import { isErrorCode, statusOf } from "@mintmark/core/error-code";
import { challengeOf, problemText, TOKEN_IN_URL_TEXT, UNAVAILABLE_TEXT } from "@mintmark/core/problem";
import { holderText } from "@mintmark/core/reasons";

/**
 * Why a request is refused. `missing`: it has no credential. `refused`: its credential does not work, or was sent in a
 * wrong way. `forbidden`: the credential works, but lacks the permission. `unavailable`: nobody knows, because the
 * instance gave no usable response, so the request is refused.
 */
export type RefusalReason = "missing" | "refused" | "forbidden" | "unavailable";

/** The codes that this version knows. docs/errors.md describes each. A later instance may use others. */
export type RefusalCode =
  | "credentials_missing"
  | "credentials_malformed"
  | "credentials_multiple"
  | "scheme_unsupported"
  | "token_in_url"
  | "token_malformed"
  | "token_checksum_mismatch"
  | "token_wrong_issuer"
  | "token_unknown"
  | "token_revoked"
  | "token_expired"
  | "member_removed"
  | "member_suspended"
  | "user_suspended"
  | "user_deleted"
  | "organization_deleted"
  | "personal_organization_denied"
  | "policy_lifetime"
  | "policy_no_expiry"
  | "policy_network"
  | "policy_idle"
  | "permission_denied"
  | "verifier_unavailable";

/** A response in parts, for servers without `Response`. */
export interface ProblemResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Refused {
  readonly ok: false;
  readonly reason: RefusalReason;
  /** Stable: clients may rely on it. */
  readonly code: RefusalCode | (string & {});
  /** 32 hexadecimal digits, in the response's body and in `X-Request-Id`. Write it in your log. */
  readonly requestId: string;
  /** With `unavailable`: what went wrong, for your log. It holds no secret, and no response shows it. */
  readonly cause: string | null;
  /** The response to send: 400, 401, 403 or 503. */
  readonly toResponse: () => Response;
  /** The same in parts. */
  readonly toProblem: () => ProblemResponse;
}

export interface RefusalFacts {
  readonly code: string;
  /** The permission that was asked for. */
  readonly permission?: string | undefined;
  /** Whether the client's address was unknown. */
  readonly isAddressUnknown?: boolean;
  /** The address of the instance, for people. */
  readonly origin: string;
  /** The id that the instance gave to its own response. */
  readonly requestId?: string | null;
  readonly cause?: string;
}

/** Every response of the instance has these. */
const HEADERS = {
  "Content-Type": "application/problem+json",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};
const SECONDS_UNTIL_RETRY = "1";

export function refused(facts: RefusalFacts): Refused {
  const { code, cause = null } = facts;
  const requestId = facts.requestId ?? newRequestId();
  const toProblem = (): ProblemResponse => problemOf(facts, requestId);
  return {
    ok: false,
    reason: reasonOf(code),
    code,
    requestId,
    cause,
    toProblem,
    toResponse: () => {
      const { status, headers, body } = toProblem();
      return new Response(body, { status, headers });
    },
  };
}

function reasonOf(code: string): RefusalReason {
  if (code === "credentials_missing") return "missing";
  if (code === "permission_denied") return "forbidden";
  return code === "verifier_unavailable" ? "unavailable" : "refused";
}

/** A code of a later version is a refusal of the credential. Nothing else is known about it. */
const LATER = {
  status: 401,
  title: "The token is refused",
  detail: "The token is refused. Mint a new one in the web app.",
};

function problemOf({ code, permission, isAddressUnknown, origin }: RefusalFacts, requestId: string): ProblemResponse {
  const isKnown = isErrorCode(code);
  const status = isKnown ? statusOf(code) : LATER.status;
  const missing = code === "permission_denied" && permission !== undefined ? [permission] : undefined;
  const challenge = challengeOf(code, status, {
    credentialSent: code !== "credentials_missing",
    scopes: missing ?? [],
  });
  const body = problemText(
    {
      code,
      status,
      detail: isKnown ? detailOf(code as RefusalCode, isAddressUnknown === true) : LATER.detail,
      requestId,
      ...(isKnown ? {} : { title: LATER.title }),
      ...(missing === undefined ? {} : { missingPermissions: missing }),
    },
    origin,
  );
  const headers = {
    ...HEADERS,
    ...(challenge === null ? {} : { "WWW-Authenticate": challenge }),
    ...(status === 503 ? { "Retry-After": SECONDS_UNTIL_RETRY } : {}),
    "X-Request-Id": requestId,
  };
  return { status, headers, body };
}

function detailOf(code: RefusalCode, isAddressUnknown: boolean): string {
  if (code === "token_in_url") return TOKEN_IN_URL_TEXT;
  return code === "verifier_unavailable" ? UNAVAILABLE_TEXT : holderText(code, isAddressUnknown);
}

function newRequestId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
