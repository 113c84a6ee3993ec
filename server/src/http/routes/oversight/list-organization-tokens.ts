import { z } from "@hono/zod-openapi";
import { listOrganizationTokens as list } from "../../../service/oversight/list-organization-tokens.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";
import { parseTokenQuery, tokenQuery } from "./token-query.ts";

export const listOrganizationTokens: Operation = defineOperation({
  operationId: "listOrganizationTokens",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens",
  tag: "Oversight",
  summary: "List every member's tokens",
  description:
    "Newest first unless told, ended and dismissed ones included. The policy's `oversight` must be `list` or more. A page looks through 2,500 tokens at most: with a filter that few pass it may hold fewer items than `limit`, even none, while `nextCursor` is not null; go on until it is.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: z.strictObject({ ...pageQuery, ...tokenQuery }),
  status: 200,
  answer: pageOf(PersonalAccessToken),
  refusals: ["cursor_invalid", "permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params, query }) => {
    const input = { query: parseTokenQuery(query), page: parsePage(query) };
    return { body: presentPage(await list(deps, actor, params.id, input), (token) => presentToken(deps, token)) };
  },
});
