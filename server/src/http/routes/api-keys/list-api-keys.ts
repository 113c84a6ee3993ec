import { z } from "@hono/zod-openapi";
import { listApiKeys as list } from "../../../service/api-key/list-api-keys.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { ApiKey, presentApiKey } from "../../presenters/api-key.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const listApiKeys: Operation = defineOperation({
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
  answer: pageOf(ApiKey),
  refusals: ["cursor_invalid", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentPage(await list(deps, actor, params.id, parsePage(query)), (key) => presentApiKey(deps, key)),
  }),
});
