import { z } from "@hono/zod-openapi";
import { getApiKeyUsage as get } from "../../../service/usage/organization-usage.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { CredentialUsageAnswer, presentUsage, spanQuery } from "../../presenters/usage.ts";

export const getApiKeyUsage: Operation = defineOperation({
  operationId: "getApiKeyUsage",
  method: "get",
  path: "/api/organizations/{id}/api-keys/{keyId}/usage",
  tag: "API keys",
  summary: "How an API key was used",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:read",
  params: z.strictObject({ id: idOf("organization"), keyId: idOf("apiKey") }),
  query: z.strictObject(spanQuery),
  status: 200,
  answer: CredentialUsageAnswer,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params: { id: organizationId, keyId }, query: { days } }) => ({
    body: presentUsage(await get(deps, actor, { organizationId, keyId, days })),
  }),
});
