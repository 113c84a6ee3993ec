// Paths outside the operations, described for the OpenAPI document only: forward-auth, MCP, health and the documentation.
import type { ErrorCode } from "@mintmark/core";
import {
  BEFORE_THE_OPERATION,
  CREDENTIAL_REFUSALS,
  headerRef,
  type HEADERS,
  problemRefusal,
  type ResponseObject,
} from "./refusals.ts";

type Headers = readonly (keyof typeof HEADERS)[];

const refs = (names: Headers): Readonly<Record<string, object>> =>
  Object.fromEntries(names.map((name) => [name, headerRef(name)]));

function response(
  description: string,
  content: Readonly<Record<string, object>> = {},
  headers: Headers = [],
): ResponseObject {
  return {
    description,
    headers: refs(headers),
    content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }])),
  };
}

const text = { type: "string" } as const;

/** The form that zod-to-openapi takes. */
interface OtherPath {
  readonly method: string;
  readonly path: string;
  readonly "x-credentials": readonly string[];
  readonly [part: string]: unknown;
}

const ENCODED = "Characters other than letters, digits and `-._~@|:/+=` are percent-encoded.";

const FORWARD_AUTH_HEADERS: Readonly<Record<string, string>> = {
  "X-Mintmark-User":
    "The user's id; empty for an API key. With `MINTMARK_SUBJECT=external` the same as `X-Mintmark-User-External-Id`.",
  "X-Mintmark-User-External-Id": `The host's id of the user; empty without one. ${ENCODED}`,
  "X-Mintmark-Email": "The user's email address, if it is verified.",
  "X-Mintmark-Organization": "The organization's id.",
  "X-Mintmark-Organization-External-Id": `The host's id of the organization; empty without one. ${ENCODED}`,
  "X-Mintmark-Role": "The current role.",
  "X-Mintmark-Permissions": "Effective permissions, joined by commas.",
  "X-Mintmark-Credential": "The credential's id.",
  "X-Mintmark-Credential-Kind": "`pat` or `api_key`.",
};

const query = (name: string, description: string): object => ({
  name,
  in: "query",
  required: false,
  description,
  schema: { type: "string", minLength: 1, example: "scans:read" },
});

const forwardAuth: OtherPath = {
  operationId: "forwardAuth",
  method: "get",
  path: "/forward-auth",
  tags: ["Verification"],
  summary: "Check a forwarded request",
  description:
    "For a reverse proxy: verifies the credential of the forwarded request. `?permission=scans:read` requires a permission. `?read=…&write=…` requires one of two, by `X-Forwarded-Method` or `X-Original-Method`; a missing or unknown method counts as a write. Accepts every method. No other status is returned, because nginx turns it into 500.",
  security: [{ bearer: [] }, { apiKeyHeader: [] }],
  "x-credentials": ["pat", "api-key"],
  request: {},
  parameters: [
    query("permission", "The permission that the request needs. Alone, without the other two."),
    query("read", "The permission that a read needs. Together with `write`."),
    query("write", "The permission that a write needs. Together with `read`."),
  ],
  responses: {
    200: {
      description:
        "The request may pass. The response has every `X-Mintmark-*` header; a header without a value is empty. `Mintmark-Token-Expires` is for the client: the proxy should forward it.",
      headers: {
        ...Object.fromEntries(
          Object.entries(FORWARD_AUTH_HEADERS).map(([name, description]) => [
            name,
            { description, required: true, schema: { type: "string" } },
          ]),
        ),
        "Mintmark-Token-Expires": headerRef("Mintmark-Token-Expires"),
      },
    },
    401: problemRefusal(401, CREDENTIAL_REFUSALS),
    403: problemRefusal(403, [
      "permission_denied",
      "field_unknown",
      "identity_header_forged",
      "request_malformed",
      "request_timeout",
      "headers_too_large",
      "method_unknown",
      "expectation_failed",
      "body_too_large",
    ]),
    503: problemRefusal(503, ["verifier_unavailable"]),
  },
};

const RPC_ID = { type: ["string", "integer", "null"] };
const RPC_ERROR = {
  type: "object",
  required: ["code", "message"],
  properties: { code: { type: "integer" }, message: text, data: {} },
};
const RPC_RESPONSE = {
  type: "object",
  description: "A response of JSON-RPC 2.0: a result, or an error of the protocol.",
  required: ["jsonrpc"],
  properties: {
    jsonrpc: { type: "string", const: "2.0" },
    id: RPC_ID,
    result: { type: "object" },
    error: RPC_ERROR,
  },
  example: { jsonrpc: "2.0", id: 1, result: { content: [{ type: "text", text: "You act as Ada Lovelace." }] } },
};
const RPC_REQUEST = {
  type: "object",
  description: "One message of JSON-RPC 2.0. Batches are not supported.",
  required: ["jsonrpc", "method"],
  properties: {
    jsonrpc: { type: "string", const: "2.0" },
    id: { type: ["string", "integer"], description: "Absent in a notification." },
    method: { type: "string" },
    params: { type: "object" },
  },
  example: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "whoami", arguments: {} } },
};

/** A refusal by a problem document, or by an error of the protocol. */
function mcpRefusal(status: number, codes: readonly ErrorCode[]): ResponseObject {
  const refusal = problemRefusal(status, codes);
  return {
    ...refusal,
    description: `${refusal.description}, or an error of the protocol.`,
    headers: { ...refusal.headers, ...MCP_HEADERS },
    content: { ...refusal.content, "application/json": { schema: RPC_RESPONSE } },
  };
}

function mcpProblem(status: number, codes: readonly ErrorCode[]): ResponseObject {
  const refusal = problemRefusal(status, codes);
  return { ...refusal, headers: { ...refusal.headers, ...MCP_HEADERS } };
}

const MCP_HEADERS = refs(["Mintmark-Token-Expires"]);

const mcp: OtherPath = {
  operationId: "mcp",
  method: "post",
  path: "/mcp",
  tags: ["AI clients"],
  summary: "Call the MCP server",
  description:
    "The Model Context Protocol over Streamable HTTP, revisions 2026-07-28 and 2025: one JSON-RPC message per request, one JSON response or stream. The credential's current permissions decide which tools exist; `/docs/mcp` lists them.",
  security: [{ bearer: [] }, { apiKeyHeader: [] }],
  "x-credentials": ["pat", "api-key"],
  request: { body: { required: true, content: { "application/json": { schema: RPC_REQUEST } } } },
  responses: {
    200: response(
      "The response of the protocol, in a form that `Accept` allows.",
      {
        "application/json": RPC_RESPONSE,
        "text/event-stream": { ...text, description: "Events whose data is a message of JSON-RPC 2.0." },
      },
      ["X-Request-Id", "Mintmark-Token-Expires", "X-Accel-Buffering"],
    ),
    202: response("The notification was accepted.", {}, ["X-Request-Id", "Mintmark-Token-Expires"]),
    400: mcpRefusal(400, [
      "request_malformed",
      "credentials_malformed",
      "credentials_multiple",
      "token_in_url",
      "body_malformed",
      "field_invalid",
    ]),
    401: mcpProblem(
      401,
      CREDENTIAL_REFUSALS.filter((code) => !/^credentials_m(alformed|ultiple)$/.test(code)),
    ),
    403: mcpProblem(403, ["policy_mcp", "cross_site_request", "personal_credential_required", "session_required"]),
    404: response("An error of the protocol: the method does not exist.", { "application/json": RPC_RESPONSE }, [
      "X-Request-Id",
      "Mintmark-Token-Expires",
    ]),
    406: mcpProblem(406, ["not_acceptable"]),
    413: mcpProblem(413, ["body_too_large"]),
    415: mcpProblem(415, ["media_type_unsupported"]),
    429: mcpProblem(429, ["rate_limited"]),
    500: mcpRefusal(500, ["internal_error"]),
    503: mcpProblem(503, ["verifier_unavailable", "outcome_unknown", "server_busy"]),
    507: mcpProblem(507, ["storage_full"]),
    default: BEFORE_THE_OPERATION,
  },
};

/** A public page, which anybody gets in the same form. */
function page(
  operationId: string,
  path: string,
  [summary, description]: readonly [string, string],
  responses: Readonly<Record<string, ResponseObject>>,
): OtherPath {
  return {
    operationId,
    method: "get",
    path,
    tags: ["Operation"],
    summary,
    description,
    security: [{}],
    "x-credentials": ["public"],
    request: {},
    responses: { 400: problemRefusal(400, ["request_malformed"]), ...responses, default: BEFORE_THE_OPERATION },
  };
}

/** The responses of a file: the file, that the client has it, or that no form of it is wanted. */
function file(content: Readonly<Record<string, object>>): Readonly<Record<string, ResponseObject>> {
  return {
    200: response("The file.", content, ["ETag", "Vary", "Content-Encoding"]),
    304: response("The client has this version (`If-None-Match`).", {}, ["ETag", "Vary", "Content-Encoding"]),
    406: problemRefusal(406, ["not_acceptable"]),
    412: problemRefusal(412, ["precondition_failed"]),
  };
}

const state = (status: readonly string[], properties: Readonly<Record<string, object>> = {}): object => ({
  type: "object",
  required: ["status"],
  properties: { status: { type: "string", enum: status }, ...properties },
});

const NOTES = {
  storage: {
    type: "string",
    description: "`low` or `full`: how much room the disk has left. Absent while there is enough.",
  },
  warning: { type: "string", description: "A fault that the operator should correct, such as a clock that is wrong." },
};

const HTML = { "text/html": text };
const PLAIN = { "text/plain": text };

export const otherPaths: readonly OtherPath[] = [
  forwardAuth,
  mcp,
  page(
    "healthz",
    "/healthz",
    ["Check that the process runs", "Reads no database. Also accepts `HEAD` and `OPTIONS`."],
    {
      200: response("The process runs.", { "application/json": state(["alive"]) }),
    },
  ),
  page(
    "readyz",
    "/readyz",
    ["Check that the instance can serve", "For load balancers. Also accepts `HEAD` and `OPTIONS`."],
    {
      200: response("The instance can serve.", { "application/json": state(["ready"], NOTES) }),
      503: response("The database is unavailable, its schema has another version, or the instance is shutting down.", {
        "application/json": state(["not ready"], { ...NOTES, reason: { type: "string" } }),
      }),
    },
  ),
  {
    ...page(
      "metrics",
      "/metrics",
      [
        "Prometheus metrics",
        "With MINTMARK_METRICS_TOKEN, for requests that send it as a bearer token. Without it, only for direct requests from the same machine.",
      ],
      {
        200: response("The Prometheus exposition format.", PLAIN),
        404: response("The request may not read the metrics.", { "application/json": state(["not found"]) }),
      },
    ),
    security: [{}, { bearer: [] }],
  },
  page(
    "openapi",
    "/openapi.json",
    ["This document", "OpenAPI 3.1, with the name of this instance's session cookie."],
    file({ "application/json": { type: "object" } }),
  ),
  page(
    "reference",
    "/docs/api",
    ["This document as a page", "Every operation with its fields and responses."],
    file(HTML),
  ),
  page("guides", "/docs", ["The guides as pages", "The index, with links to every guide."], file(HTML)),
  {
    ...page(
      "guide",
      "/docs/{guide}",
      ["One guide", "As a page, or as Markdown with `.md` behind its name. The names are in `/llms.txt`."],
      {
        ...file({ "text/html": text, "text/markdown": text }),
        308: response("The page has another address.", {}, ["Location"]),
        404: response("There is no such guide. The page lists all of them.", HTML, ["Vary"]),
      },
    ),
    parameters: [
      {
        name: "guide",
        in: "path",
        required: true,
        description: "The name of the guide. A decision record has a slash in it.",
        schema: { type: "string", example: "concepts" },
      },
    ],
  },
  page(
    "guidesForModels",
    "/llms.txt",
    ["A list of the guides for language models", "In the form of llmstxt.org, with absolute addresses."],
    file(PLAIN),
  ),
  page("allGuides", "/llms-full.txt", ["All guides in one text", "Markdown, with absolute addresses."], file(PLAIN)),
];
