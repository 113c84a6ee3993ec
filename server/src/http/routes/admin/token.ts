import { z } from "@hono/zod-openapi";
import { QUERY_MAX_LENGTH, REVOKED_AT_ONCE, STALE_DAYS } from "@mintmark/core";
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
} from "../../../wire/fields.ts";
import { PersonalAccessToken, presentToken } from "../../../wire/token.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const listInstanceTokensOperation = defineOperation({
  operationId: "listInstanceTokens",
  method: "get",
  path: "/api/admin/personal-access-tokens",
  tag: "Instance administration",
  summary: "List the tokens of the instance",
  description:
    "Across organizations, newest first, ended ones included; never a secret. A page looks through a few thousand tokens at most: with a filter it may hold few of them, even none, while `nextCursor` says that there is more to look through.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    organization: idOf("organization").optional().openapi({ description: "Only the tokens of this organization." }),
    user: idOf("user").optional().openapi({ description: "Only the tokens of this person." }),
    state: z
      .enum(["live", "expired", "revoked", "suspended"])
      .optional()
      .openapi({ description: "`live`: none of the others; an organization's policy may still block it." }),
    stale: flag(
      `Only live ones not used for ${STALE_DAYS} days, or never since they were minted so long ago.`,
    ).optional(),
    neverUsed: flag("Only those that were never used.").optional(),
    query: z.string().max(QUERY_MAX_LENGTH).optional().openapi({
      description: "A part of the token's name or prefix, or of its owner's name or email address.",
    }),
  }),
  status: 200,
  answer: pageOf(PersonalAccessToken),
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
    "In one transaction: when this is answered, all of them are dead everywhere. If one is unknown, none is touched. Those that were revoked before are not counted.",
  credentials: ["instance-admin"],
  body: z.strictObject({ ids: z.array(idOf("token")).min(1).max(REVOKED_AT_ONCE) }),
  status: 200,
  answer: RevokedTokens,
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
    "When this is answered, it is over, everywhere. Its organization's audit log records it, and its holder sees who did it. Repeating it answers the first receipt.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("token") }),
  status: 200,
  answer: RevocationReceipt,
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
