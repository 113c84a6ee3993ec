import { z } from "@hono/zod-openapi";
import type { TokenId } from "@mintmark/core";
import { presentReceipt, Receipt } from "../../http/presenters/receipt.ts";
import { revokeOrganizationToken } from "../../service/oversight/revoke-organization-token.ts";
import { idInput } from "../input.ts";
import { defineTool, type Tool } from "../tool.ts";

export const revokeMemberToken: Tool = defineTool({
  name: "revoke_member_token",
  title: "Revoke a member's token",
  description:
    "Ends any member's personal access token of this organization, at once and for good: whatever uses it stops working. Ask the person before. Its owner is told.",
  access: "write",
  isDestructive: true,
  permission: "tokens:revoke",
  oversight: "list-and-revoke",
  input: z.strictObject({
    token: idInput<TokenId>("The token's id (pat_…), as list_stale_tokens or the log names it."),
  }),
  output: Receipt,
  run: async (deps, actor, { token }) => {
    const organizationId = actor.principal.organization.id;
    return presentReceipt(await revokeOrganizationToken(deps, actor, { organizationId, tokenId: token }));
  },
  text: ({ at }) => `Revoked at ${at}. It is over everywhere: nothing accepts this token any more.`,
});
