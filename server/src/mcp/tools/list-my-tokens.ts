import { z } from "@hono/zod-openapi";
import { pageOf, parsePage, presentPage } from "../../http/presenters/page.ts";
import { PersonalAccessToken, presentToken } from "../../http/presenters/token.ts";
import { listTokens } from "../../service/token/list-tokens.ts";
import { pageInput } from "../input.ts";
import { pageText } from "../text.ts";
import { tokenLine } from "../token-line.ts";
import { defineTool, type Tool } from "../tool.ts";

export const listMyTokens: Tool = defineTool({
  name: "list_my_tokens",
  title: "List my tokens",
  description:
    "The personal access tokens that you own in this organization, newest first, with their state, expiry and last use. Never a secret.",
  access: "read",
  needsPerson: true,
  input: z.strictObject(pageInput),
  output: pageOf(PersonalAccessToken),
  run: async (deps, actor, input) =>
    presentPage(await listTokens(deps, actor, parsePage(input)), (token) => presentToken(deps, token)),
  text: (page) => pageText("tokens of yours", page, tokenLine),
});
