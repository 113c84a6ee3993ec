// docs/errors.md, from core's tables of codes and reasons. `npm run error-guide` writes it; a test in tests/repo compares.
import {
  CREDENTIAL_CODES,
  ERROR_CODES,
  holderText,
  INTAKE_CODES,
  LOGIN_REFUSAL_TEXT,
  REVOKED_REASONS,
  revocationLogText,
  revocationText,
} from "../core/src/index.ts";

/** The whole page. */
export function errorGuide(): string {
  return [
    INTRODUCTION,
    HEADERS,
    "## Refused credentials",
    "The first sentence of each text is the title of its code. The rest says what to do.",
    table(["code", "what the client reads"], [...INTAKE_CODES, ...CREDENTIAL_CODES].map(credentialRow)),
    "## Reasons of a revocation",
    "`revokedReason` of a token or an API key, and `reason` in its events and notices.",
    table(
      ["reason", "in the web app and in emails", "in the audit log"],
      REVOKED_REASONS.map((reason) => [code(reason), revocationText(reason), revocationLogText(reason) ?? ""]),
    ),
    "## Reasons of a refused login",
    "`reason` in the event `device.refused` of a [login from a terminal](terminal-login.md).",
    table(
      ["reason", "meaning"],
      Object.entries(LOGIN_REFUSAL_TEXT).map(([reason, text]) => [code(reason), text]),
    ),
    "## Every code",
    table(
      ["code", "status", "title"],
      Object.entries(ERROR_CODES).map(([name, { status, title }]) => [code(name), String(status), title]),
    ),
  ]
    .join("\n\n")
    .concat("\n");
}

const INTRODUCTION = `# Error codes

A refusal of the HTTP API is \`application/problem+json\` (RFC 9457). Decide by its \`code\`, which is stable. \`title\` is the
same at every occurrence of a code. \`detail\` says what failed and what to do next. \`requestId\` finds the request in the
server's log. Which codes an operation can return is in the API reference, at \`/docs/api\` of every instance.

OAuth endpoints return the errors of RFC 6749 and RFC 8628, with our code beside them.`;

const HEADERS = `## Headers of a refusal

\`WWW-Authenticate\` follows RFC 6750:

| \`error\` | when |
| --- | --- |
| none | 401, and the request had no bearer token or API key: there was no credential, another scheme such as \`Basic\`, or only a session |
| \`invalid_request\` | two credentials, a header without a token, or a token in the URL: 400, and 401 from \`/forward-auth\` |
| \`invalid_token\` | 401, and the credential is refused. The \`code\` says why |
| \`insufficient_scope\` | 403 \`permission_denied\`. \`scope\` has the permissions that the request needs, separated by spaces |

\`Retry-After\` has the seconds until a retry makes sense, with every 429 and 503. A 429 also has the fields of
draft-ietf-httpapi-ratelimit-headers-10. \`RateLimit: "mint:user";r=0;t=37\` names the limit, and its \`t\` is the same number of
seconds. \`RateLimit-Policy: "mint:user";q=10;w=60\` says that the limit allows 10 requests in 60 s. With
\`qu="concurrent-requests"\` it allows \`q\` at the same time. Emails have no policy, because several limits apply to each.
[Operating](operating.md#limits) lists the limits.

\`Allow\` lists the methods of the address, with every 405 and in the response to \`OPTIONS\`, which is 204.

A change with \`If-Match: "…"\` or \`If-None-Match: *\` returns 412 \`precondition_failed\` and changes nothing: operations have no
\`ETag\`. Files and guides have one for each content coding.`;

function credentialRow(name: (typeof INTAKE_CODES | typeof CREDENTIAL_CODES)[number]): string[] {
  return [code(name), holderText(name).replaceAll(/"([^"]*)"/g, "`$1`")];
}

function code(name: string): string {
  return `\`${name}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
