import { z } from "@hono/zod-openapi";
import { createApiKey as create } from "../../../service/api-key/create-api-key.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { ApiKey, presentApiKey } from "../../presenters/api-key.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";
import { ExpiryChoice, PermissionsChoice } from "../tokens/mint-choice.ts";

const ApiKeyBody = z.strictObject({
  name: z.string().max(1000).openapi({ example: "Nightly export" }),
  role: z.string().max(100).openapi({ description: "Within the creator's own, never `owner`.", example: "viewer" }),
  ...PermissionsChoice,
  ...ExpiryChoice,
});

const CreatedApiKey = z
  .object({
    apiKey: ApiKey,
    secret: z.string().openapi({ description: "Shown this once; only its hash is stored." }),
  })
  .openapi("CreatedApiKey");

export const createApiKey: Operation = defineOperation({
  operationId: "createApiKey",
  method: "post",
  path: "/api/organizations/{id}/api-keys",
  tag: "API keys",
  summary: "Create an API key",
  description:
    "A credential of the organization with a fixed role; it survives its creator. Needs a password given within the last 15 minutes. The secret is in this answer and nowhere else.",
  credentials: ["session"],
  recentPassword: "always",
  permission: "api-keys:write",
  params: OrganizationPath,
  body: ApiKeyBody,
  status: 201,
  answer: CreatedApiKey,
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
    const { apiKey, secret } = await create(deps, actor, { organizationId: params.id, ...body });
    return { body: { apiKey: presentApiKey(deps, apiKey), secret: secret.expose() } };
  },
});
