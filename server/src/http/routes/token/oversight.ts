// Members' tokens, for owners and admins. Rule: the policy's `oversight` limits what they may see and revoke.
import { REVOKED_AT_ONCE } from "@mintmark/core";
import { z } from "@hono/zod-openapi";
import {
  exportOrganizationTokens,
  getOrganizationToken,
  listOrganizationTokens,
  revokeOrganizationToken,
  revokeOrganizationTokens,
} from "../../../use-cases/token/oversight.ts";
import {
  idOf,
  Instant,
  pageOf,
  pageQuery,
  parsePage,
  presentInstant,
  presentPage,
  presentRevocation,
  RevocationReceipt,
} from "../../../wire/schema.ts";
import { parseTokenQuery, PersonalAccessToken, presentToken, tokenCsv, tokenQuery } from "../../../wire/token.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationPath } from "../organization.ts";

const listOrganizationTokensOperation = defineOperation({
  operationId: "listOrganizationTokens",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens",
  tag: "Oversight",
  summary: "List every member's tokens",
  description:
    "Newest first by default, including revoked, expired and dismissed ones. The policy's `oversight` must be `list` or more. A page examines 2,500 tokens at most. With a filter that matches few, it may contain fewer items than `limit`, even none, although `nextCursor` is not null; continue until it is.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: z.strictObject({ ...pageQuery, ...tokenQuery }),
  status: 200,
  response: pageOf(PersonalAccessToken),
  refusals: ["cursor_invalid", "permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params, query }) => {
    const input = { query: parseTokenQuery(query), page: parsePage(query) };
    return {
      body: presentPage(await listOrganizationTokens(deps, actor, params.id, input), (token) =>
        presentToken(deps, token),
      ),
    };
  },
});

const exportOrganizationTokensOperation = defineOperation({
  operationId: "exportOrganizationTokens",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens/export",
  tag: "Oversight",
  summary: "Export every member's tokens as CSV",
  description:
    "The same tokens in the same order as the list, without pages. Never a secret. Text that a spreadsheet would evaluate begins with an apostrophe. The file is sent while it is created: if the connection breaks off, the file is incomplete.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: z.strictObject(tokenQuery),
  status: 200,
  fileTypes: ["text/csv"],
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: ({ deps, actor, params, query }) => {
    const day = presentInstant(deps.clock()).slice(0, 10);
    return Promise.resolve({
      body: undefined,
      file: {
        contentType: "text/csv; charset=utf-8",
        fileName: `personal-access-tokens-${day}.csv`,
        chunks: tokenCsv(deps, exportOrganizationTokens(deps, actor, params.id, parseTokenQuery(query))),
      },
    });
  },
});

const revokeOrganizationTokensOperation = defineOperation({
  operationId: "revokeOrganizationTokens",
  method: "post",
  path: "/api/organizations/{id}/personal-access-tokens/revoke",
  tag: "Oversight",
  summary: "Revoke many members' tokens at once",
  description:
    "Revokes all or none of them in one transaction. When the response arrives, they are refused everywhere. The policy's `oversight` must be `list-and-revoke`. A token of another organization is `not_found`, and nothing is revoked. Already revoked tokens keep their instant.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:revoke",
  params: OrganizationPath,
  body: z.strictObject({ ids: z.array(idOf("token")).min(1).max(REVOKED_AT_ONCE) }),
  status: 200,
  response: RevocationReceipt.extend({
    tokens: z.array(z.object({ id: z.string(), name: z.string(), at: Instant })),
  }).openapi("BulkReceipt"),
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params, body }) => {
    const { receipt, tokens } = await revokeOrganizationTokens(deps, actor, {
      organizationId: params.id,
      ids: body.ids,
    });
    return {
      body: {
        ...presentRevocation(receipt),
        tokens: tokens.map(({ at, ...token }) => ({ ...token, at: presentInstant(at) })),
      },
    };
  },
});

const getOrganizationTokenOperation = defineOperation({
  operationId: "getOrganizationToken",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens/{tokenId}",
  tag: "Oversight",
  summary: "Read a member's token",
  description: "The policy's `oversight` must be `list` or more.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: z.strictObject({ id: idOf("organization"), tokenId: idOf("token") }),
  status: 200,
  response: PersonalAccessToken,
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params: { id: organizationId, tokenId } }) => ({
    body: presentToken(deps, await getOrganizationToken(deps, actor, { organizationId, tokenId })),
  }),
});

const revokeOrganizationTokenOperation = defineOperation({
  operationId: "revokeOrganizationToken",
  method: "delete",
  path: "/api/organizations/{id}/personal-access-tokens/{tokenId}",
  tag: "Oversight",
  summary: "Revoke a member's token",
  description:
    "When the response arrives, the token is refused everywhere. The policy's `oversight` must be `list-and-revoke`. A repeated request returns the first receipt.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:revoke",
  params: z.strictObject({ id: idOf("organization"), tokenId: idOf("token") }),
  status: 200,
  response: RevocationReceipt,
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params }) => {
    const receipt = await revokeOrganizationToken(deps, actor, { organizationId: params.id, tokenId: params.tokenId });
    return { body: presentRevocation(receipt) };
  },
});

export const oversightOperations: readonly Operation[] = [
  listOrganizationTokensOperation,
  exportOrganizationTokensOperation,
  revokeOrganizationTokensOperation,
  getOrganizationTokenOperation,
  revokeOrganizationTokenOperation,
];
