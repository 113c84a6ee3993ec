// What answers before or beside the operations, for the OpenAPI document only.
import { Problem } from "../../wire/problem.ts";

const text = (description: string): object => ({ description });
const problem = (description: string): object => ({
  description,
  content: { "application/problem+json": { schema: Problem } },
});

const FORWARD_AUTH_HEADERS: Readonly<Record<string, string>> = {
  "X-Mintmark-User": "The user's id.",
  "X-Mintmark-Email": "The user's address, when it is verified.",
  "X-Mintmark-Organization": "The organization's id.",
  "X-Mintmark-Role": "The present role.",
  "X-Mintmark-Permissions": "Effective permissions, joined by commas.",
  "X-Mintmark-Credential": "The credential's id.",
  "X-Mintmark-Credential-Kind": "`pat` or `api_key`.",
};

const FOR_THE_CLIENT: Readonly<Record<string, string>> = {
  "Mintmark-Token-Expires":
    "Only within 30 days of the end: when the credential expires, RFC 3339. For the client; pass it on.",
};

/** As zod-to-openapi takes them. */
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
    summary: "May this request pass",
    description:
      "For a reverse proxy: verifies the credential of the request that it forwards. `?permission=scans:read` asks for a permission, `?read=…&write=…` for one of two by `X-Forwarded-Method` or `X-Original-Method`; a missing or unknown method counts as a write.",
    security: [{ bearer: [] }, { apiKeyHeader: [] }],
    "x-credentials": ["pat", "api-key"],
    request: {},
    responses: {
      200: {
        description: "It may. Every `X-Mintmark-*` header is there every time, empty where there is nothing.",
        headers: Object.fromEntries(
          Object.entries({ ...FORWARD_AUTH_HEADERS, ...FOR_THE_CLIENT }).map(([name, description]) => [
            name,
            { description, schema: { type: "string" } },
          ]),
        ),
      },
      401: problem("The credential is missing or refused, with its code."),
      403: problem(
        "The credential lacks the permission; the proxy's query parameters are invalid; or `identity_header_forged`: the client sent a header that an application could read as `X-Mintmark-…`.",
      ),
      503: problem("`verifier_unavailable`: the truth could not be read, so nothing passes."),
    },
  },
  {
    operationId: "mcp",
    method: "post",
    path: "/mcp",
    tags: ["AI clients"],
    summary: "The MCP server",
    description:
      "The Model Context Protocol over Streamable HTTP, revisions 2026-07-28 and 2025: one JSON-RPC message in, an answer or a stream out. Which tools there are follows from what the credential may do at that moment; `/docs/mcp` has them.",
    security: [{ bearer: [] }, { apiKeyHeader: [] }],
    "x-credentials": ["pat", "api-key"],
    request: { body: { required: true, content: { "application/json": { schema: { type: "object" } } } } },
    responses: {
      200: {
        description: "The answer of the protocol.",
        content: {
          "application/json": { schema: { type: "object" } },
          "text/event-stream": { schema: { type: "string" } },
        },
      },
      202: text("A notification was taken."),
      401: problem("The credential is missing or refused, with its code."),
      403: problem(
        "`policy_mcp`: the organization has turned MCP off. `cross_site_request`: another site's page asks.",
      ),
      429: problem("Too many open streams."),
      503: problem("`verifier_unavailable`: the truth could not be read."),
    },
  },
  operating("healthz", "/healthz", "Is the process alive", { 200: text("It is.") }),
  operating("readyz", "/readyz", "Can it serve", {
    200: text("It can."),
    503: text("The database does not answer, or its schema is another."),
  }),
  operating("metrics", "/metrics", "Prometheus metrics", {
    200: text("The exposition format."),
    404: text(
      "Without MINTMARK_METRICS_TOKEN, only requests from the same machine that no proxy forwarded are answered.",
    ),
  }),
  operating("openapi", "/openapi.json", "This document", { 200: text("OpenAPI 3.1.") }),
  operating("reference", "/docs/api", "This document, for people", { 200: text("HTML.") }),
  operating("guides", "/docs", "The guides, as pages", { 200: text("HTML, with links to every guide.") }),
  operating("guidesForModels", "/llms.txt", "The guides, listed for language models", { 200: text("Plain text.") }),
  operating("allGuides", "/llms-full.txt", "The guides, all in one text", { 200: text("Plain text.") }),
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
