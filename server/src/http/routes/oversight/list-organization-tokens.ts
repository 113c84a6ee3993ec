import { z } from "@hono/zod-openapi";
import { listOrganizationTokens as list } from "../../../service/oversight/list-organization-tokens.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const listOrganizationTokens: Operation = defineOperation({
  operationId: "listOrganizationTokens",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens",
  tag: "Oversight",
  summary: "List every member's tokens",
  description: "Newest first, ended and dismissed ones included. The policy's `oversight` must be `list` or more.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: z.strictObject(pageQuery),
  status: 200,
  answer: pageOf(PersonalAccessToken),
  refusals: ["cursor_invalid", "permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentPage(await list(deps, actor, params.id, parsePage(query)), (token) => presentToken(deps, token)),
  }),
});
