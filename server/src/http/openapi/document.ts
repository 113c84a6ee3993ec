// The OpenAPI 3.1 document. Rule: it is created from the operations, so it describes exactly the routes that exist.
import { OpenAPIHono, type z } from "@hono/zod-openapi";
import { ERROR_CODES, type ErrorCode, statusOf } from "@mintmark/core";
import { VERSION } from "../../version.ts";
import { oauthCodeOf, OAuthError } from "../oauth-error.ts";
import type { CredentialClass } from "../../wire/request.ts";
import type { Operation } from "../operation.ts";
import { Problem } from "../../wire/problem.ts";
import { otherPaths } from "./other-paths.ts";

const SECURITY: Readonly<Record<CredentialClass, readonly Record<string, string[]>[]>> = {
  public: [{}],
  session: [{ session: [] }],
  "instance-admin": [{ session: [] }],
  pat: [{ bearer: [] }, { apiKeyHeader: [] }],
  "api-key": [{ bearer: [] }, { apiKeyHeader: [] }],
  service: [{ bearer: [] }, { apiKeyHeader: [] }],
};

/** Codes of a refused credential. */
const CREDENTIAL_REFUSALS = (Object.keys(ERROR_CODES) as ErrorCode[]).filter((code) =>
  /^(token_(malformed|checksum|wrong|unknown|revoked|expired)|member_|user_(suspended|deleted)|organization_deleted|policy_(lifetime|no_expiry|network|idle)|scheme_|credentials_|token_in_url)/.test(
    code,
  ),
);

/** The document of these operations. */
export function openApiDocument(operations: readonly Operation[]): object {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "A personal access token, API key or service key.",
  });
  registry.registerComponent("securitySchemes", "apiKeyHeader", { type: "apiKey", in: "header", name: "X-API-Key" });
  registry.registerComponent("securitySchemes", "session", { type: "apiKey", in: "cookie", name: "mintmark_session" });
  for (const path of [...operations.map(pathOf), ...otherPaths]) registry.registerPath(path as never);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Mintmark",
      version: VERSION,
      description:
        "Personal access tokens with their owner's current permissions in one organization. The extension `x-credentials` lists who may call an operation. `x-recent-password` names the operations for which a session needs a password given within the last 15 minutes. Errors are RFC 9457 problem details with a stable `code`. Within 30 days of a credential's expiry, every response to it has the header `Mintmark-Token-Expires` with the instant in RFC 3339.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/" }],
  });
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
    ...(operation.description === undefined ? {} : { description: operation.description }),
    security: uniqueSecurity(operation.credentials),
    "x-credentials": operation.credentials,
    ...(operation.permission === undefined ? {} : { "x-permission": operation.permission }),
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

/** Every code that an operation can return. */
export function refusalsOf(operation: Operation): readonly ErrorCode[] {
  const codes = new Set<ErrorCode>(operation.refusals);
  const add = (...more: readonly ErrorCode[]): void => more.forEach((code) => codes.add(code));
  const { credentials } = operation;
  const takes = (credential: CredentialClass): boolean => credentials.includes(credential);
  if (!takes("public")) add(...CREDENTIAL_REFUSALS);
  if (takes("session") || takes("instance-admin")) add("session_ended", "session_required");
  if (takes("instance-admin")) add("instance_admin_required");
  if (takes("service")) add("service_key_required");
  if (takes("pat")) add("personal_credential_required", "personal_organization_denied");
  if (operation.permission !== undefined) add("permission_denied");
  if (operation.recentPassword !== undefined) add("reauthentication_required");
  if (operation.body !== undefined)
    add("body_malformed", "body_too_large", "media_type_unsupported", "field_invalid", "field_unknown");
  if (operation.query !== undefined || operation.params !== undefined) add("field_invalid", "field_unknown");
  if (operation.method !== "get" && !takes("service") && operation.crossSite === undefined) add("cross_site_request");
  if (operation.method !== "get") add("outcome_unknown", "storage_full");
  add("verifier_unavailable", "internal_error");
  return [...codes];
}

function refusalResponses(operation: Operation): Record<string, object> {
  const byStatus = new Map<number, Set<string>>();
  const isOAuth = operation.errorType === "oauth";
  for (const code of refusalsOf(operation)) {
    const { status, error } = isOAuth ? oauthCodeOf(code) : { status: statusOf(code), error: code };
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(error));
  }
  const responses: Record<string, object> = {};
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    responses[status] = {
      description: [...codes]
        .toSorted()
        .map((code) => `\`${code}\``)
        .join(", "),
      content: isOAuth
        ? { "application/json": { schema: OAuthError } }
        : { "application/problem+json": { schema: Problem } },
    };
  }
  return responses;
}
