import { z } from "@hono/zod-openapi";
import { getApiKey as get } from "../../../service/api-key/get-api-key.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { ApiKey, presentApiKey } from "../../presenters/api-key.ts";
import { idOf } from "../../presenters/id.ts";

export const getApiKey: Operation = defineOperation({
  operationId: "getApiKey",
  method: "get",
  path: "/api/organizations/{id}/api-keys/{keyId}",
  tag: "API keys",
  summary: "Read an API key",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:read",
  params: z.strictObject({ id: idOf("organization"), keyId: idOf("apiKey") }),
  status: 200,
  answer: ApiKey,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params: { id: organizationId, keyId } }) => ({
    body: presentApiKey(deps, await get(deps, actor, { organizationId, keyId })),
  }),
});
