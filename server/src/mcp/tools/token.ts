// Tools for personal access tokens: the person's own ones, and, as far as the policy's oversight allows, those of
// members. Deliberately absent: minting, because no result may contain a secret.
import { z } from "@hono/zod-openapi";
import { STALE_RULE, type TokenId } from "@mintmark/core";
import { listOrganizationTokens, revokeOrganizationToken } from "../../use-cases/token/oversight.ts";
import { revokeToken } from "../../use-cases/token/revoke.ts";
import { listTokens } from "../../use-cases/token/token.ts";
import { pageOf, parsePage, presentPage, presentRevocation, RevocationReceipt } from "../../wire/schema.ts";
import { PersonalAccessToken, presentToken } from "../../wire/token.ts";
import { defineTool, idInput, instantOrNever, pageInput, pageText, quoted, type Tool } from "../tool.ts";

/** One token on one line. */
function tokenLine(token: z.infer<typeof PersonalAccessToken>): string {
  const blocked = token.blockedBy === null ? "" : ` by ${token.blockedBy}`;
  return [
    `${quoted(token.name)} (${token.id}, ${token.prefix}…) of ${quoted(token.user.name)}: ${token.state}${blocked}`,
    `created ${token.createdAt}`,
    endText(token),
    `last used ${instantOrNever(token.lastUsedAt)}`,
    `permissions: ${token.permissions === null ? "the whole role of its owner" : token.permissions.join(", ")}`,
  ].join("; ");
}

const END_TEXT: Readonly<Record<string, string>> = {
  expiry: "expires",
  policy_lifetime: "ends by the policy's longest lifetime",
  policy_idle: "ends by the policy's idle limit, unless used,",
};

/** When time alone ends it. The state says when it has ended. */
function endText({ expiresAt, endsAt, endsBecause }: z.infer<typeof PersonalAccessToken>): string {
  const how = END_TEXT[endsBecause ?? ""];
  return how === undefined ? `expires ${instantOrNever(expiresAt)}` : `${how} ${instantOrNever(endsAt)}`;
}

export const listMyTokens: Tool = defineTool({
  name: "list_my_tokens",
  title: "List my tokens",
  description:
    "Returns your own personal access tokens in this organization, newest first, with their state, expiry and last use. Never returns a secret.",
  access: "read",
  needsPerson: true,
  input: z.strictObject(pageInput),
  output: pageOf(PersonalAccessToken),
  run: async (deps, actor, input) =>
    presentPage(await listTokens(deps, actor, parsePage(input)), (token) => presentToken(deps, token)),
  text: (page) => pageText("tokens", page, tokenLine),
});

export const revokeMyToken: Tool = defineTool({
  name: "revoke_my_token",
  title: "Revoke one of my tokens",
  description:
    'Revokes one of your own personal access tokens in this organization, immediately and permanently. Programs that use it lose access. First ask the person you act for. "current" is the token of this connection.',
  access: "write",
  isDestructive: true,
  needsPerson: true,
  input: z.strictObject({ token: idInput<TokenId | "current">('The token\'s id (pat_…), or "current".') }),
  output: RevocationReceipt,
  run: async (deps, actor, { token }) => presentRevocation(await revokeToken(deps, actor, token)),
  text: ({ at }) => `Revoked at ${at}. Every server now refuses this token.`,
});

export const listStaleTokens: Tool = defineTool({
  name: "list_stale_tokens",
  title: "List stale tokens",
  description: `Returns all members' active personal access tokens that were ${STALE_RULE}, the longest unused first. These are good candidates to revoke. A page may be empty although more pages follow.`,
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
    "Revokes any member's personal access token in this organization, immediately and permanently. Programs that use it lose access. Its owner is notified. First ask the person you act for.",
  access: "write",
  isDestructive: true,
  permission: "tokens:revoke",
  oversight: "list-and-revoke",
  input: z.strictObject({
    token: idInput<TokenId>("The token's id (pat_…), from list_stale_tokens or the audit log."),
  }),
  output: RevocationReceipt,
  run: async (deps, actor, { token }) => {
    const organizationId = actor.principal.organization.id;
    return presentRevocation(await revokeOrganizationToken(deps, actor, { organizationId, tokenId: token }));
  },
  text: ({ at }) => `Revoked at ${at}. Every server now refuses this token.`,
});
