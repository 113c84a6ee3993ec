import { z } from "@hono/zod-openapi";
import { listTokens as list } from "../../../service/token/list-tokens.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";

export const listTokens: Operation = defineOperation({
  operationId: "listTokens",
  method: "get",
  path: "/api/personal-access-tokens",
  tag: "Personal access tokens",
  summary: "List my tokens",
  description:
    "Newest first, without the dismissed ones. A session sees its user's tokens in all organizations, a token those in its own.",
  credentials: ["session", "pat"],
  query: z.strictObject(pageQuery),
  status: 200,
  answer: pageOf(PersonalAccessToken),
  refusals: ["cursor_invalid", "personal_credential_required"],
  handle: async ({ deps, actor, query }) => ({
    body: presentPage(await list(deps, actor, parsePage(query)), (token) => presentToken(deps, token)),
  }),
});
