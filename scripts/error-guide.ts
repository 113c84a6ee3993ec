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

function credentialRow(name: (typeof INTAKE_CODES | typeof CREDENTIAL_CODES)[number]): string[] {
  return [code(name), holderText(name).replaceAll(/"([^"]*)"/g, "`$1`")];
}

function code(name: string): string {
  return `\`${name}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
