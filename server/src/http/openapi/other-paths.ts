// Paths outside the operations, described for the OpenAPI document only.
import { Problem } from "../../wire/problem.ts";

const text = (description: string): object => ({ description });
const problem = (description: string): object => ({
  description,
  content: { "application/problem+json": { schema: Problem } },
});

const FORWARD_AUTH_HEADERS: Readonly<Record<string, string>> = {
  "X-Mintmark-User": "The user's id.",
  "X-Mintmark-Email": "The user's email address, if it is verified.",
  "X-Mintmark-Organization": "The organization's id.",
  "X-Mintmark-Role": "The current role.",
  "X-Mintmark-Permissions": "Effective permissions, joined by commas.",
  "X-Mintmark-Credential": "The credential's id.",
  "X-Mintmark-Credential-Kind": "`pat` or `api_key`.",
};

const FOR_THE_CLIENT: Readonly<Record<string, string>> = {
  "Mintmark-Token-Expires":
    "When the credential expires, RFC 3339. Only within 30 days of the expiry. For the client: the proxy should forward it.",
};

/** The form that zod-to-openapi takes. */
interface OtherPath {
  readonly method: string;
  readonly path: string;
  readonly "x-credentials": readonly string[];
  readonly [part: string]: unknown;
}

export const otherPaths: readonly OtherPath[] = [
  {
    operationId: "forwardAuth",
    method: "get",
    path: "/forward-auth",
    tags: ["Verification"],
    summary: "Check a forwarded request",
    description:
      "For a reverse proxy: verifies the credential of the forwarded request. `?permission=scans:read` requires a permission. `?read=…&write=…` requires one of two, by `X-Forwarded-Method` or `X-Original-Method`; a missing or unknown method counts as a write.",
    security: [{ bearer: [] }, { apiKeyHeader: [] }],
    "x-credentials": ["pat", "api-key"],
    request: {},
    responses: {
      200: {
        description:
          "The request may pass. The response has every `X-Mintmark-*` header; a header without a value is empty.",
        headers: Object.fromEntries(
          Object.entries({ ...FORWARD_AUTH_HEADERS, ...FOR_THE_CLIENT }).map(([name, description]) => [
            name,
            { description, schema: { type: "string" } },
          ]),
        ),
      },
      401: problem("The credential is missing or refused. The code gives the reason."),
      403: problem(
        "The credential lacks the permission; the proxy's query parameters are invalid; or `identity_header_forged`: the client sent a header that an application could read as `X-Mintmark-…`.",
      ),
      503: problem("`verifier_unavailable`: the database could not be read, so no request passes."),
    },
  },
  {
    operationId: "mcp",
    method: "post",
    path: "/mcp",
    tags: ["AI clients"],
    summary: "Call the MCP server",
    description:
      "The Model Context Protocol over Streamable HTTP, revisions 2026-07-28 and 2025: one JSON-RPC message per request, one JSON response or stream. The credential's current permissions decide which tools exist; `/docs/mcp` lists them.",
    security: [{ bearer: [] }, { apiKeyHeader: [] }],
    "x-credentials": ["pat", "api-key"],
    request: { body: { required: true, content: { "application/json": { schema: { type: "object" } } } } },
    responses: {
      200: {
        description: "The response of the protocol.",
        content: {
          "application/json": { schema: { type: "object" } },
          "text/event-stream": { schema: { type: "string" } },
        },
      },
      202: text("The notification was accepted."),
      401: problem("The credential is missing or refused. The code gives the reason."),
      403: problem(
        "`policy_mcp`: the organization has turned MCP off. `cross_site_request`: the request comes from a page of another site.",
      ),
      429: problem("Too many open streams."),
      503: problem("`verifier_unavailable`: the database could not be read."),
    },
  },
  operating("healthz", "/healthz", "Check that the process runs", { 200: text("The process runs.") }),
  operating("readyz", "/readyz", "Check that the instance can serve", {
    200: text("The instance can serve."),
    503: text("The database is unavailable, or its schema has another version."),
  }),
  operating("metrics", "/metrics", "Prometheus metrics", {
    200: text("The Prometheus exposition format."),
    404: text("Without MINTMARK_METRICS_TOKEN, only direct requests from the same machine get the metrics."),
  }),
  operating("openapi", "/openapi.json", "This document", { 200: text("OpenAPI 3.1.") }),
  operating("reference", "/docs/api", "This document as a page", { 200: text("HTML.") }),
  operating("guides", "/docs", "The guides as pages", { 200: text("HTML, with links to every guide.") }),
  operating("guidesForModels", "/llms.txt", "A list of the guides for language models", { 200: text("Plain text.") }),
  operating("allGuides", "/llms-full.txt", "All guides in one text", { 200: text("Plain text.") }),
];

function operating(
  operationId: string,
  path: string,
  summary: string,
  responses: Readonly<Record<number, object>>,
): OtherPath {
  return {
    operationId,
    method: "get",
    path,
    tags: ["Operation"],
    summary,
    security: [{}],
    "x-credentials": ["public"],
    request: {},
    responses,
  };
}
