// The refusals of an operation in the document: for each status the closed list of codes, the form and the headers.
// Rule: a code follows from the operation's declaration wherever it can. `refusals` of an operation adds only the codes of
// its use case.
import { ERROR_CODES, type ErrorCode, statusOf } from "@mintmark/core";
import { type CredentialClass, takesServerKey } from "../../wire/request.ts";
import { oauthCodeOf } from "../oauth-error.ts";
import type { Operation } from "../operation.ts";

/** Codes of a refused credential. */
export const CREDENTIAL_REFUSALS: readonly ErrorCode[] = (Object.keys(ERROR_CODES) as ErrorCode[]).filter((code) =>
  /^(token_(malformed|checksum|wrong|unknown|revoked|expired)|member_|user_(suspended|deleted)|organization_deleted|policy_(lifetime|no_expiry|network|idle)|personal_organization_denied|scheme_|credentials_)/.test(
    code,
  ),
);

/** Refusals of a caller without a session. */
const SIGNED_OUT: readonly ErrorCode[] = ["credentials_missing", "session_ended"];

/** Every code that an operation can return. */
function refusalsOf(operation: Operation): readonly ErrorCode[] {
  const codes = new Set<ErrorCode>(operation.refusals);
  const add = (...more: readonly ErrorCode[]): void => more.forEach((code) => codes.add(code));
  const { credentials } = operation;
  const takes = (credential: CredentialClass): boolean => credentials.includes(credential);
  const isRead = operation.method === "get";
  // A parameter that the operation does not know is refused, also where it takes none.
  add("request_malformed", "token_in_url", "field_invalid", "field_unknown");
  if (!takes("public")) add(...CREDENTIAL_REFUSALS);
  if (takes("session") || takes("instance-admin")) add("session_ended");
  if ((takes("session") || takes("instance-admin")) && !takes("hand-off")) add("hand_off_session_limited");
  if (!takes("public") && !takesServerKey(credentials) && !(takes("pat") && takes("api-key"))) add("session_required");
  if (takes("instance-admin") && !takes("session")) add("instance_admin_required");
  if (takes("service")) add("service_key_required");
  if (takes("management-key")) add("management_key_required", "network_refused");
  if (operation.scope !== undefined) add("scope_missing");
  if (takes("pat")) add("personal_credential_required");
  if (operation.permission !== undefined) add("permission_denied");
  if (operation.recentPassword !== undefined) add("reauthentication_required");
  if (!isRead && !takesServerKey(credentials) && operation.crossSite === undefined) add("cross_site_request");
  if (!isRead) add("body_malformed", "body_too_large", "media_type_unsupported", "precondition_failed");
  if (!isRead) add("outcome_unknown", "storage_full");
  if (operation.immutable !== undefined) add("token_immutable");
  add("verifier_unavailable", "internal_error");
  if (operation.mayBeSignedOut === true) for (const code of SIGNED_OUT) codes.delete(code);
  return [...codes];
}

export interface ResponseObject {
  readonly description: string;
  readonly headers: Readonly<Record<string, object>>;
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}

/** The response for each status that the operation refuses with. */
export function refusalResponses(operation: Operation): Readonly<Record<string, ResponseObject>> {
  const codes = refusalsOf(operation);
  const isOAuth = operation.errorType === "oauth";
  const statuses = Map.groupBy(codes, (code) => (isOAuth ? oauthCodeOf(code).status : statusOf(code)));
  const responses: Record<string, ResponseObject> = {};
  for (const [status, some] of [...statuses].toSorted(([a], [b]) => a - b)) {
    const response = isOAuth ? oauthRefusal(some) : problemRefusal(status, some);
    responses[status] = { ...response, headers: { ...expiryHeader(operation), ...response.headers } };
  }
  return { ...responses, default: BEFORE_THE_OPERATION };
}

/** A response with a problem document that has one of these codes. */
export function problemRefusal(status: number, codes: readonly ErrorCode[]): ResponseObject {
  return {
    description: listOf(codes),
    headers: refusalHeaders(status, codes),
    content: { "application/problem+json": { schema: problemWith(codes, status) } },
  };
}

function problemWith(codes: readonly ErrorCode[], status?: number): object {
  const code = { type: "string", enum: codes.toSorted() };
  const properties = status === undefined ? { code } : { code, status: { type: "integer", const: status } };
  return { allOf: [{ $ref: "#/components/schemas/Problem" }, { type: "object", properties }] };
}

function oauthRefusal(codes: readonly ErrorCode[]): ResponseObject {
  const status = oauthCodeOf(codes[0] as ErrorCode).status;
  const errors = [...new Set(codes.map((code) => oauthCodeOf(code).error))].toSorted();
  const properties = {
    error: { type: "string", enum: errors },
    code: { type: "string", enum: codes.toSorted() },
  };
  return {
    description: listOf(errors),
    headers: refusalHeaders(status, codes),
    content: {
      "application/json": {
        schema: { allOf: [{ $ref: "#/components/schemas/OAuthError" }, { type: "object", properties }] },
      },
    },
  };
}

function listOf(codes: readonly string[]): string {
  return codes
    .toSorted()
    .map((code) => `\`${code}\``)
    .join(", ");
}

/** Refusals of a request before its operation is known. Their statuses are 408, 417, 421, 431 and 501. */
const BELOW: readonly ErrorCode[] = [
  "request_timeout",
  "expectation_failed",
  "host_unknown",
  "headers_too_large",
  "method_unknown",
];

export const BEFORE_THE_OPERATION: ResponseObject = {
  description: `A refusal before the operation is known: ${listOf(BELOW)}. A browser that opens a page gets it as text.`,
  headers: { "X-Request-Id": headerRef("X-Request-Id") },
  content: {
    "application/problem+json": { schema: problemWith(BELOW) },
    "text/plain": { schema: { type: "string" } },
  },
};

/** The headers of a refusal, by what RFC 6750, RFC 9110 and the draft of the RateLimit fields say. */
function refusalHeaders(status: number, codes: readonly ErrorCode[]): Readonly<Record<string, object>> {
  const challenged = codes.some((code) =>
    /^(credentials_m(alformed|ultiple)|token_in_url|permission_denied)$/.test(code),
  );
  const names: readonly (keyof typeof HEADERS)[] = [
    "X-Request-Id",
    ...(status === 401 || challenged ? (["WWW-Authenticate"] as const) : []),
    ...(status === 405 ? (["Allow"] as const) : []),
    ...(status === 429 || status === 503 ? (["Retry-After"] as const) : []),
    ...(status === 429 ? (["RateLimit", "RateLimit-Policy"] as const) : []),
  ];
  return Object.fromEntries(names.map((name) => [name, headerRef(name)]));
}

/** Where a token or API key can be verified, the response to it may have the header with its expiry. */
export function expiryHeader({ credentials }: Pick<Operation, "credentials">): Readonly<Record<string, object>> {
  return credentials.includes("public") ? {} : { "Mintmark-Token-Expires": headerRef("Mintmark-Token-Expires") };
}

export function headerRef(name: keyof typeof HEADERS): object {
  return { $ref: `#/components/headers/${name}` };
}

const text = { type: "string" } as const;

/** Every header that a response can have and that a client may want to read. */
export const HEADERS = {
  "X-Request-Id": {
    description: "The request's id: 32 hexadecimal digits. Logs and audit events have it too.",
    required: true,
    schema: { type: "string", pattern: "^[0-9a-f]{32}$" },
  },
  "WWW-Authenticate": {
    description:
      "The challenge of RFC 6750 §3. `error` is `invalid_request`, `invalid_token` or `insufficient_scope`, with the needed permissions in `scope`. There is none for a request without a bearer token or API key.",
    schema: text,
    example: 'Bearer realm="mintmark", error="invalid_token"',
  },
  "Retry-After": {
    description: "The seconds until a retry makes sense.",
    required: true,
    schema: { type: "integer", minimum: 0 },
    example: 30,
  },
  RateLimit: {
    description:
      "draft-ietf-httpapi-ratelimit-headers-10: the exceeded limit, what is left of it (`r`), and the seconds until it is renewed (`t`).",
    required: true,
    schema: text,
    example: '"mint:user";r=0;t=30',
  },
  "RateLimit-Policy": {
    description:
      "The same draft: the quota of the limit (`q`), and its window in seconds (`w`) or `qu`, the unit of the quota. Absent for emails, to which several limits apply.",
    schema: text,
    example: '"mint:user";q=10;w=60',
  },
  Allow: {
    description: "The methods that the address supports.",
    required: true,
    schema: text,
    example: "GET, HEAD, PATCH, DELETE, OPTIONS",
  },
  "Mintmark-Token-Expires": {
    description:
      "When the credential of the request ends, RFC 3339. Only in the last quarter of its life, at most 14 days before.",
    schema: { type: "string", format: "date-time" },
    example: "2026-12-01T00:00:00.000Z",
  },
  "Set-Cookie": {
    description: "Sets the cookie of the new session, or clears it.",
    schema: text,
  },
  "Content-Disposition": {
    description: "The name under which a browser saves the file.",
    required: true,
    schema: text,
    example: 'attachment; filename="tokens.csv"',
  },
  ETag: {
    description: "The version of the file in this content coding, for `If-None-Match`.",
    required: true,
    schema: text,
    example: '"f3Yk0T1q9mXv2b7N8c4Zdw"',
  },
  "Content-Encoding": { description: "`gzip`, if the client accepts it.", schema: { type: "string", enum: ["gzip"] } },
  Vary: { description: "Always `Accept-Encoding`.", required: true, schema: text, example: "Accept-Encoding" },
  "X-Accel-Buffering": { description: "`no`: nginx must not buffer the stream.", schema: text },
  Location: { description: "The one address of the page.", required: true, schema: text, example: "/docs/concepts" },
} as const;
