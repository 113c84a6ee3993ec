// The OpenAPI 3.1 document. Rule: it is created from the operations, so it describes exactly the routes that exist. A test
// calls every operation and compares each response with it.
import { hash } from "node:crypto";
import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { ManagementScope } from "@mintmark/core";
import { VERSION } from "../../version.ts";
import type { CredentialClass } from "../../wire/request.ts";
import { Problem } from "../../wire/problem.ts";
import { sessionCookieName } from "../browser.ts";
import { OAuthError } from "../oauth-error.ts";
import type { Operation } from "../operation.ts";
import { exampleOf, requestExampleOf, type Schema, type Schemas } from "./examples.ts";
import { otherPaths } from "./other-paths.ts";
import { expiryHeader, headerRef, HEADERS, refusalResponses } from "./refusals.ts";

const SECURITY: Readonly<Record<CredentialClass, readonly Record<string, string[]>[]>> = {
  public: [{}],
  session: [{ session: [] }],
  "hand-off": [{ session: [] }],
  "instance-admin": [{ session: [] }],
  pat: [{ bearer: [] }, { apiKeyHeader: [] }],
  "api-key": [{ bearer: [] }, { apiKeyHeader: [] }],
  service: [{ bearer: [] }, { apiKeyHeader: [] }],
  "management-key": [{ bearer: [] }, { apiKeyHeader: [] }],
};

/** A sentence about each group of operations, in the order of the reference. */
const TAGS: Readonly<Record<string, string>> = {
  Instance: "The instance and its set-up.",
  Session: "Signing in and out, and the session of a browser.",
  Account: "A person's account: name, email address, password, sessions and deletion.",
  "Personal access tokens": "The caller's tokens: mint, list, rename, replace and revoke.",
  Organizations: "Organizations, and joining one by the domain of an email address.",
  Members: "Members of an organization, their roles, suspension and removal.",
  Invitations: "Invitations to an organization.",
  "API keys": "Credentials of an organization, with a fixed role.",
  Oversight: "Admins see the tokens of their organization's members, and revoke them.",
  "Token policy": "The rules of an organization for its tokens and API keys.",
  "Audit log": "The events of an organization, and how long they are kept.",
  "Instance administration": "For instance admins: users, organizations, services and the audit log of the instance.",
  Management:
    "For the host, which is the product that Mintmark serves: with its management key it keeps its people here.",
  Webhooks: "For instance admins: the addresses that get audit events, and what was delivered to them.",
  Notices: "Notices to a person, and the calendar of expiries.",
  Verification: "Who a credential belongs to, and the revocation of leaked secrets.",
  Standards: "Introspection (RFC 7662) and revocation (RFC 7009) for OAuth clients.",
  "Device login": "Login from a terminal (RFC 8628, RFC 7636).",
  "AI clients": "The Model Context Protocol.",
  Operation: "Health, metrics and documentation.",
};

/** The document of these operations. The session cookie has another name over plain HTTP than over HTTPS. */
export function openApiDocument(
  operations: readonly Operation[],
  baseUrl = "https://mintmark.example.com",
): OpenApiDocument {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "A personal access token, API key, service key or management key.",
  });
  registry.registerComponent("securitySchemes", "apiKeyHeader", {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
    description: "The same credentials in another header. Send one of the two.",
  });
  registry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: sessionCookieName(baseUrl),
    description: `The session of a browser. Where the base URL of the instance is \`https\`, the cookie is \`${sessionCookieName("https:")}\`; where it is \`http\`, \`${sessionCookieName("http:")}\`. A change also needs \`Sec-Fetch-Site: same-origin\`, or the instance's \`Origin\`.`,
  });
  for (const [name, header] of Object.entries(HEADERS)) registry.registerComponent("headers", name, header as never);
  registry.register("Problem", Problem);
  registry.register("OAuthError", OAuthError);
  for (const path of [...operations.map(pathOf), ...otherPaths]) registry.registerPath(path as never);
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Mintmark",
      version: VERSION,
      description:
        "Personal access tokens with their owner's current permissions in one organization. The extension `x-credentials` lists who may call an operation. `x-scope` is the scope that a management key needs. `x-recent-password` names the operations for which a session needs a password given within the last 15 minutes. Errors are RFC 9457 problem details with a stable `code`; each response lists the codes that it can have. From the last quarter of a credential's life, at most 14 days before its end, every response to it has the header `Mintmark-Token-Expires` with the instant in RFC 3339.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
      contact: { name: "The operator of the instance" },
    },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    servers: [{ url: "/", description: "The instance that serves this document." }],
  });
  const described = document as unknown as OpenApiDocument;
  addExamples(described);
  return withSharedResponses(described);
}

export interface Media {
  readonly schema: Schema;
  example?: unknown;
}

export interface DescribedResponse {
  readonly description: string;
  readonly content?: Readonly<Record<string, Media>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly "x-credentials": readonly CredentialClass[];
  readonly "x-permission"?: string | readonly string[];
  readonly "x-scope"?: ManagementScope;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Record<string, DescribedResponse | { readonly $ref: string }>;
}

/** The document, as far as the reference shows it. */
export interface OpenApiDocument {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Schemas; readonly responses: Readonly<Record<string, DescribedResponse>> };
}

/** Gives each body an example: of a request, and of the response to an accepted one. */
function addExamples({ paths, components: { schemas } }: OpenApiDocument): void {
  for (const { requestBody, responses } of Object.values(paths).flatMap((path) => Object.values(path))) {
    for (const media of Object.values(requestBody?.content ?? {}))
      media.example = requestExampleOf(media.schema, schemas);
    for (const [status, response] of Object.entries(responses)) {
      if (!/^20\d$/.test(status) || "$ref" in response) continue;
      const media = response.content?.["application/json"];
      if (media !== undefined) media.example = exampleOf(media.schema, schemas);
    }
  }
}

/** The same document, with each response that occurs more than once among the components. Otherwise it is five times as long. */
function withSharedResponses(document: OpenApiDocument): OpenApiDocument {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const all = operations.flatMap(({ responses }) => Object.entries(responses));
  const count = Map.groupBy(all, ([, response]) => JSON.stringify(response));
  const shared: Record<string, DescribedResponse> = {};
  for (const { responses } of operations) {
    for (const [status, response] of Object.entries(responses)) {
      const text = JSON.stringify(response);
      if ((count.get(text)?.length ?? 0) < 2) continue;
      const name = `response-${status}-${hash("sha256", text).slice(0, 8)}`;
      shared[name] = response as DescribedResponse;
      responses[status] = { $ref: `#/components/responses/${name}` };
    }
  }
  return { ...document, components: { ...document.components, responses: shared } };
}

function pathOf(operation: Operation): object {
  const { params, query, body } = operation;
  const bodyType = operation.bodyType === "form" ? "application/x-www-form-urlencoded" : "application/json";
  return {
    operationId: operation.operationId,
    method: operation.method,
    path: operation.path,
    tags: [operation.tag],
    summary: operation.summary,
    description: operation.description,
    security: uniqueSecurity(operation.credentials),
    "x-credentials": operation.credentials,
    ...(operation.permission === undefined ? {} : { "x-permission": operation.permission }),
    ...(operation.scope === undefined ? {} : { "x-scope": operation.scope }),
    ...(operation.recentPassword === undefined ? {} : { "x-recent-password": operation.recentPassword }),
    request: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined
        ? {}
        : { body: { required: !isOptional(body), content: { [bodyType]: { schema: body } } } }),
    },
    responses: {
      [operation.status]: {
        description: operation.summary,
        headers: {
          "X-Request-Id": headerRef("X-Request-Id"),
          ...expiryHeader(operation),
          ...(operation.fileTypes === undefined ? {} : { "Content-Disposition": headerRef("Content-Disposition") }),
          ...(operation.setsCookie === undefined ? {} : { "Set-Cookie": headerRef("Set-Cookie") }),
        },
        ...contentOf(operation),
      },
      ...refusalResponses(operation),
    },
  };
}

/** When every field of a body is optional, the body itself is optional. */
function isOptional(body: z.ZodType): boolean {
  return body.safeParse({}).success;
}

function contentOf({ response, fileTypes }: Operation): object {
  if (fileTypes !== undefined)
    return { content: Object.fromEntries(fileTypes.map((type) => [type, { schema: { type: "string" } }])) };
  return response === undefined ? {} : { content: { "application/json": { schema: response } } };
}

function uniqueSecurity(credentials: readonly CredentialClass[]): readonly Record<string, string[]>[] {
  const all = credentials.flatMap((credential) => SECURITY[credential]);
  return [...new Map(all.map((entry) => [JSON.stringify(entry), entry])).values()];
}
