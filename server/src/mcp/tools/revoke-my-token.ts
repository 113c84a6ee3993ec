import { z } from "@hono/zod-openapi";
import type { TokenId } from "@mintmark/core";
import { presentReceipt, Receipt } from "../../http/presenters/receipt.ts";
import { revokeToken } from "../../service/token/revoke-token.ts";
import { idInput } from "../input.ts";
import { defineTool, type Tool } from "../tool.ts";

export const revokeMyToken: Tool = defineTool({
  name: "revoke_my_token",
  title: "Revoke one of my tokens",
  description:
    'Ends one of your own personal access tokens in this organization, at once and for good: whatever uses it stops working. Ask the person before. "current" is the token of this very connection.',
  access: "write",
  isDestructive: true,
  needsPerson: true,
  input: z.strictObject({ token: idInput<TokenId | "current">('The token\'s id (pat_…), or "current".') }),
  output: Receipt,
  run: async (deps, actor, { token }) => presentReceipt(await revokeToken(deps, actor, token)),
  text: ({ at }) => `Revoked at ${at}. It is over everywhere: nothing accepts this token any more.`,
});
