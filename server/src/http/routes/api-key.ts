// The API keys of an organization. Rule: a secret appears only in the response that creates it.
import { z } from "@hono/zod-openapi";
import { createApiKey, getApiKey, listApiKeys, revokeApiKey } from "../../use-cases/api-key.ts";
import { ApiKey, presentApiKey } from "../../wire/api-key.ts";
import {
  idOf,
  nameInput,
  NewSecret,
  pageOf,
  pageQuery,
  parsePage,
  presentPage,
  presentRevocation,
  RevocationReceipt,
} from "../../wire/schema.ts";
import { ExpiryChoice, PermissionsChoice } from "../../wire/token.ts";
import { defineOperation, type Operation } from "../operation.ts";
import { OrganizationPath } from "./organization.ts";

const listApiKeysOperation = defineOperation({
  operationId: "listApiKeys",
  method: "get",
  path: "/api/organizations/{id}/api-keys",
  tag: "API keys",
  summary: "List API keys",
  description: "Newest first, revoked ones included.",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:read",
  params: OrganizationPath,
  query: z.strictObject(pageQuery),
  status: 200,
  response: pageOf(ApiKey),
  refusals: ["cursor_invalid", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentPage(await listApiKeys(deps, actor, params.id, parsePage(query)), (key) => presentApiKey(deps, key)),
  }),
});

const ApiKeyBody = z.strictObject({
  name: nameInput("Nightly export"),
  role: z
    .string()
    .max(100)
    .openapi({ description: "A role within the creator's own, never `owner`.", example: "viewer" }),
  ...PermissionsChoice,
  ...ExpiryChoice,
});

const CreatedApiKey = z
  .object({
    apiKey: ApiKey,
    secret: NewSecret,
  })
  .openapi("CreatedApiKey");

const createApiKeyOperation = defineOperation({
  operationId: "createApiKey",
  method: "post",
  path: "/api/organizations/{id}/api-keys",
  tag: "API keys",
  summary: "Create an API key",
  description:
    "Creates a credential of the organization with a fixed role. It stays active when its creator leaves. Needs a password given within the last 15 minutes. The secret is in this response and is not shown again.",
  credentials: ["session"],
  recentPassword: "always",
  permission: "api-keys:write",
  params: OrganizationPath,
  body: ApiKeyBody,
  status: 201,
  response: CreatedApiKey,
  refusals: [
    "name_invalid",
    "expiry_invalid",
    "expiry_required",
    "role_unknown",
    "permissions_empty",
    "permission_unknown",
    "permission_denied",
    "permission_exceeds_role",
    "role_exceeds_creator",
    "personal_organization_denied",
    "policy_lifetime",
    "limit_reached",
    "not_found",
    "rate_limited",
  ],
  handle: async ({ deps, actor, params, body }) => {
    const { apiKey, secret } = await createApiKey(deps, actor, { organizationId: params.id, ...body });
    return { body: { apiKey: presentApiKey(deps, apiKey), secret: secret.expose() } };
  },
});

const getApiKeyOperation = defineOperation({
  operationId: "getApiKey",
  method: "get",
  path: "/api/organizations/{id}/api-keys/{keyId}",
  tag: "API keys",
  summary: "Read an API key",
  description: "Includes its state, its last use and its creator, and never its secret.",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:read",
  params: z.strictObject({ id: idOf("organization"), keyId: idOf("apiKey") }),
  status: 200,
  response: ApiKey,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params: { id: organizationId, keyId } }) => ({
    body: presentApiKey(deps, await getApiKey(deps, actor, { organizationId, keyId })),
  }),
});

const revokeApiKeyOperation = defineOperation({
  operationId: "revokeApiKey",
  method: "delete",
  path: "/api/organizations/{id}/api-keys/{keyId}",
  tag: "API keys",
  summary: "Revoke an API key",
  description:
    "When the response arrives, the key is refused everywhere. A key may always revoke itself. A repeated request returns the first receipt.",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:write",
  params: z.strictObject({ id: idOf("organization"), keyId: idOf("apiKey") }),
  status: 200,
  response: RevocationReceipt,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => {
    const receipt = await revokeApiKey(deps, actor, { organizationId: params.id, keyId: params.keyId });
    return { body: presentRevocation(receipt) };
  },
});

export const apiKeyOperations: readonly Operation[] = [
  listApiKeysOperation,
  createApiKeyOperation,
  getApiKeyOperation,
  revokeApiKeyOperation,
];
