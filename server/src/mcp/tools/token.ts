import { z } from "@hono/zod-openapi";
import { STALE_DAYS, type TokenId } from "@mintmark/core";
import { listOrganizationTokens, revokeOrganizationToken } from "../../use-cases/token/oversight.ts";
import { revokeToken } from "../../use-cases/token/revoke.ts";
import { listTokens } from "../../use-cases/token/token.ts";
import { pageOf, parsePage, presentPage, presentRevocation, RevocationReceipt } from "../../wire/fields.ts";
import { PersonalAccessToken, presentToken } from "../../wire/token.ts";
import { defineTool, idInput, instantOrNever, pageInput, pageText, quoted, type Tool } from "../tool.ts";

/** One token on one line. */
function tokenLine(token: z.infer<typeof PersonalAccessToken>): string {
  const blocked = token.blockedBy === null ? "" : ` by ${token.blockedBy}`;
  return [
    `${quoted(token.name)} (${token.id}, ${token.prefix}…) of ${quoted(token.user.name)}: ${token.state}${blocked}`,
    `made ${token.createdAt}`,
    `expires ${instantOrNever(token.expiresAt)}`,
    `last used ${instantOrNever(token.lastUsedAt)}`,
    `may ${token.permissions === null ? "do what its owner's role may" : token.permissions.join(", ")}`,
  ].join("; ");
}

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

export const revokeMyToken: Tool = defineTool({
  name: "revoke_my_token",
  title: "Revoke one of my tokens",
  description:
    'Ends one of your own personal access tokens in this organization, at once and for good: whatever uses it stops working. Ask the person before. "current" is the token of this very connection.',
  access: "write",
  isDestructive: true,
  needsPerson: true,
  input: z.strictObject({ token: idInput<TokenId | "current">('The token\'s id (pat_…), or "current".') }),
  output: RevocationReceipt,
  run: async (deps, actor, { token }) => presentRevocation(await revokeToken(deps, actor, token)),
  text: ({ at }) => `Revoked at ${at}. It is over everywhere: nothing accepts this token any more.`,
});

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
  output: RevocationReceipt,
  run: async (deps, actor, { token }) => {
    const organizationId = actor.principal.organization.id;
    return presentRevocation(await revokeOrganizationToken(deps, actor, { organizationId, tokenId: token }));
  },
  text: ({ at }) => `Revoked at ${at}. It is over everywhere: nothing accepts this token any more.`,
});
