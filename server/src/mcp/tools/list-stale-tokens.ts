import { z } from "@hono/zod-openapi";
import { STALE_DAYS } from "@mintmark/core";
import { pageOf, parsePage, presentPage } from "../../http/presenters/page.ts";
import { PersonalAccessToken, presentToken } from "../../http/presenters/token.ts";
import { listOrganizationTokens } from "../../service/oversight/list-organization-tokens.ts";
import { pageInput } from "../input.ts";
import { pageText } from "../text.ts";
import { tokenLine } from "../token-line.ts";
import { defineTool, type Tool } from "../tool.ts";

export const listStaleTokens: Tool = defineTool({
  name: "list_stale_tokens",
  title: "List stale tokens",
  description: `Every member's live personal access tokens that were not used for ${STALE_DAYS} days, or never since they were made so long ago; the longest unused first. Good candidates to revoke. A page may be empty while there is more.`,
  access: "read",
  permission: "tokens:read",
  oversight: "list",
  input: z.strictObject(pageInput),
  output: pageOf(PersonalAccessToken),
  run: async (deps, actor, input) => {
    const query = {
      state: null,
      member: null,
      stale: true,
      neverUsed: false,
      expiresWithinDays: null,
      query: null,
      order: { by: "lastUsed", direction: "ascending" },
    } as const;
    const wanted = { query, page: parsePage(input) };
    const page = await listOrganizationTokens(deps, actor, actor.principal.organization.id, wanted);
    return presentPage(page, (token) => presentToken(deps, token));
  },
  text: (page) => pageText("stale tokens", page, tokenLine),
});
