// The tokens of all organizations, for instance admins. Rule: an instance admin can find and revoke a token, but never
// use or change it.
import { z } from "@hono/zod-openapi";
import { QUERY_MAX_LENGTH, REVOKED_AT_ONCE, STALE_RULE } from "@mintmark/core";
import { listInstanceTokens, revokeInstanceToken, revokeInstanceTokens } from "../../../use-cases/admin/token.ts";
import { presentRevokedTokens, RevokedTokens } from "../../../wire/admin.ts";
import {
  flag,
  idOf,
  pageOf,
  pageQuery,
  parsePage,
  presentPage,
  presentRevocation,
  RevocationReceipt,
} from "../../../wire/schema.ts";
import { PersonalAccessToken, presentToken } from "../../../wire/token.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const listInstanceTokensOperation = defineOperation({
  operationId: "listInstanceTokens",
  method: "get",
  path: "/api/admin/personal-access-tokens",
  tag: "Instance administration",
  summary: "List the tokens of the instance",
  description:
    "Across organizations, newest first, including revoked and expired ones. Never a secret. A page examines a few thousand tokens at most. With a filter it may contain few items or none although `nextCursor` is not null; continue until it is.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    organization: idOf("organization").optional().openapi({ description: "Only the tokens of this organization." }),
    user: idOf("user").optional().openapi({ description: "Only the tokens of this person." }),
    state: z.enum(["live", "expired", "revoked", "suspended"]).optional().openapi({
      description: "`live`: neither revoked, expired nor suspended. An organization's policy may still block it.",
    }),
    stale: flag(`Only active tokens that were ${STALE_RULE}.`).optional(),
    neverUsed: flag("Only tokens that were never used.").optional(),
    query: z.string().max(QUERY_MAX_LENGTH).optional().openapi({
      description: "Part of the token's name or prefix, or of its owner's name or email address.",
    }),
  }),
  status: 200,
  response: pageOf(PersonalAccessToken),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => {
    const filter = {
      organizationId: query.organization ?? null,
      userId: query.user ?? null,
      state: query.state ?? null,
      stale: query.stale ?? false,
      neverUsed: query.neverUsed ?? false,
      query: query.query?.trim() || null,
    };
    const page = await listInstanceTokens(deps, filter, parsePage(query));
    return { body: presentPage(page, (token) => presentToken(deps, token)) };
  },
});

const revokeInstanceTokensOperation = defineOperation({
  operationId: "revokeInstanceTokens",
  method: "post",
  path: "/api/admin/personal-access-tokens/revoke",
  tag: "Instance administration",
  summary: "Revoke many tokens at once",
  description:
    "Revokes all of them in one transaction. When the response arrives, they are refused everywhere. If one is unknown, none is revoked. Tokens that were already revoked are not counted.",
  credentials: ["instance-admin"],
  body: z.strictObject({ ids: z.array(idOf("token")).min(1).max(REVOKED_AT_ONCE) }),
  status: 200,
  response: RevokedTokens,
  refusals: ["not_found"],
  handle: async ({ deps, actor, body }) => ({
    body: presentRevokedTokens(await revokeInstanceTokens(deps, actor, body.ids)),
  }),
});

const revokeInstanceTokenOperation = defineOperation({
  operationId: "revokeInstanceToken",
  method: "delete",
  path: "/api/admin/personal-access-tokens/{id}",
  tag: "Instance administration",
  summary: "Revoke any token of the instance",
  description:
    "When the response arrives, the token is refused everywhere. Its organization's audit log records the revocation, and its owner sees who revoked it. A repeated request returns the first receipt.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("token") }),
  status: 200,
  response: RevocationReceipt,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentRevocation(await revokeInstanceToken(deps, actor, params.id)),
  }),
});

export const adminTokenOperations: readonly Operation[] = [
  listInstanceTokensOperation,
  revokeInstanceTokensOperation,
  revokeInstanceTokenOperation,
];
