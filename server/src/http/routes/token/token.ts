// The caller's own personal access tokens. Rule: a secret appears only in the response that creates it, and only a
// session may mint or replace a token.
import { z } from "@hono/zod-openapi";
import { mintToken } from "../../../use-cases/token/mint.ts";
import { replaceToken } from "../../../use-cases/token/replace.ts";
import { revokeToken } from "../../../use-cases/token/revoke.ts";
import {
  dismissToken,
  getOwnToken,
  listTokens,
  renameToken,
  type TokenSelector,
} from "../../../use-cases/token/token.ts";
import {
  idOf,
  nameInput,
  NewSecret,
  pageOf,
  pageQuery,
  parsePage,
  presentPage,
  presentRevocation,
  RevocationReceipt,
} from "../../../wire/schema.ts";
import {
  ExpiryChoice,
  MINT_REFUSALS,
  PermissionsChoice,
  PersonalAccessToken,
  presentToken,
} from "../../../wire/token.ts";
import { defineOperation, type Operation } from "../../operation.ts";

/** The path of one token: its id, or `current` for the token that makes the request. */
export const TokenPath = z.strictObject({
  id: z
    .string()
    .max(200)
    .transform((text) => text as TokenSelector)
    .openapi({ type: "string", description: "The token's id, or `current`: the token that makes the request." }),
});

const listTokensOperation = defineOperation({
  operationId: "listTokens",
  method: "get",
  path: "/api/personal-access-tokens",
  tag: "Personal access tokens",
  summary: "List my tokens",
  description:
    "Newest first, without dismissed ones. A session sees its user's tokens in all organizations; a token sees those in its organization.",
  credentials: ["session", "hand-off", "pat"],
  query: z.strictObject(pageQuery),
  status: 200,
  response: pageOf(PersonalAccessToken),
  refusals: ["cursor_invalid", "personal_credential_required"],
  handle: async ({ deps, actor, query }) => ({
    body: presentPage(await listTokens(deps, actor, parsePage(query)), (token) => presentToken(deps, token)),
  }),
});

const MintBody = z.strictObject({
  name: nameInput("MacBook CLI"),
  ...ExpiryChoice,
  ...PermissionsChoice,
  organizationId: idOf("organization")
    .optional()
    .openapi({ description: "Default: the session's active organization." }),
});

const MintedToken = z
  .object({
    token: PersonalAccessToken,
    secret: NewSecret,
  })
  .openapi("MintedToken");

const mintTokenOperation = defineOperation({
  operationId: "mintToken",
  method: "post",
  path: "/api/personal-access-tokens",
  tag: "Personal access tokens",
  summary: "Mint a token",
  description:
    "Mints a token that belongs to the caller's membership in one organization. The secret is in this response and is not shown again.",
  credentials: ["session", "hand-off"],
  recentPassword: "long-lifetime",
  permission: "tokens:create",
  body: MintBody,
  status: 201,
  response: MintedToken,
  refusals: MINT_REFUSALS,
  handle: async ({ deps, actor, body }) => {
    const { token, secret } = await mintToken(deps, actor, body);
    return { body: { token: presentToken(deps, token), secret: secret.expose() } };
  },
});

const getTokenOperation = defineOperation({
  operationId: "getToken",
  method: "get",
  path: "/api/personal-access-tokens/{id}",
  tag: "Personal access tokens",
  summary: "Get one of my tokens",
  description: "A session sees the tokens of its user; a token sees those in its organization.",
  credentials: ["session", "hand-off", "pat"],
  params: TokenPath,
  status: 200,
  response: PersonalAccessToken,
  refusals: ["not_found", "personal_credential_required"],
  handle: async ({ deps, actor, params }) => ({
    body: presentToken(deps, await getOwnToken(deps.store.reads, actor, params.id)),
  }),
});

const renameTokenOperation = defineOperation({
  operationId: "renameToken",
  method: "patch",
  path: "/api/personal-access-tokens/{id}",
  tag: "Personal access tokens",
  summary: "Rename a token",
  description:
    "Only the name of a token can change. A request with any other field of it returns 405 `token_immutable`.",
  credentials: ["session", "hand-off"],
  params: z.strictObject({ id: idOf("token") }),
  body: z.strictObject({ name: nameInput("MacBook CLI") }),
  immutable: ["permissions", "expiresAt", "expiresInDays", "organizationId", "organization", "user", "membershipId"],
  status: 200,
  response: PersonalAccessToken,
  refusals: ["name_invalid", "token_immutable", "credential_not_active", "not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentToken(deps, await renameToken(deps, actor, { id: params.id, name: body.name })),
  }),
});

const revokeTokenOperation = defineOperation({
  operationId: "revokeToken",
  method: "delete",
  path: "/api/personal-access-tokens/{id}",
  tag: "Personal access tokens",
  summary: "Revoke a token",
  description:
    "When the response arrives, the token is refused everywhere. A token may revoke itself, even if it is read-only. Unless it is read-only, it may also revoke its owner's other tokens in its organization. A repeated request returns the first receipt.",
  credentials: ["session", "hand-off", "pat"],
  params: TokenPath,
  status: 200,
  response: RevocationReceipt,
  refusals: ["permission_denied", "personal_credential_required", "not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentRevocation(await revokeToken(deps, actor, params.id)) }),
});

const ReplacedToken = z
  .object({
    token: PersonalAccessToken,
    secret: NewSecret,
    replaced: PersonalAccessToken.openapi({ description: "The old token. It works until it is revoked." }),
  })
  .openapi("ReplacedToken");

const replaceTokenOperation = defineOperation({
  operationId: "replaceToken",
  method: "post",
  path: "/api/personal-access-tokens/{id}/replace",
  tag: "Personal access tokens",
  summary: "Replace a token",
  description:
    "Mints a token with the same permissions and the same duration, counted from now. Revoke the old token once the new one is in use.",
  credentials: ["session", "hand-off"],
  recentPassword: "long-lifetime",
  params: z.strictObject({ id: idOf("token") }),
  status: 201,
  response: ReplacedToken,
  refusals: [
    "credential_not_active",
    "permission_exceeds_role",
    "permission_unknown",
    "permissions_empty",
    "personal_organization_denied",
    "expiry_required",
    "policy_mint",
    "policy_lifetime",
    "limit_reached",
    "not_found",
    "rate_limited",
  ],
  handle: async ({ deps, actor, params }) => {
    const { token, secret, replaced } = await replaceToken(deps, actor, params.id);
    return {
      body: { token: presentToken(deps, token), secret: secret.expose(), replaced: presentToken(deps, replaced) },
    };
  },
});

const dismissTokenOperation = defineOperation({
  operationId: "dismissToken",
  method: "post",
  path: "/api/personal-access-tokens/{id}/dismiss",
  tag: "Personal access tokens",
  summary: "Remove an ended token from the list",
  description: "Its record and its audit events stay.",
  credentials: ["session", "hand-off"],
  params: z.strictObject({ id: idOf("token") }),
  status: 200,
  response: PersonalAccessToken,
  refusals: ["credential_active", "not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentToken(deps, await dismissToken(deps, actor, params.id)) }),
});

export const tokenOperations: readonly Operation[] = [
  listTokensOperation,
  mintTokenOperation,
  getTokenOperation,
  renameTokenOperation,
  revokeTokenOperation,
  replaceTokenOperation,
  dismissTokenOperation,
];
