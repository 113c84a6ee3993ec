// The token policy of an organization, and the preview of a change.
import { z } from "@hono/zod-openapi";
import { getMintingRules, getPolicy, setPolicy } from "../../use-cases/policy/policy.ts";
import { previewPolicy } from "../../use-cases/policy/preview.ts";
import { pageQuery, parsePage, presentReceipt, Receipt } from "../../wire/schema.ts";
import {
  MintingRules,
  PolicyPreview,
  presentMintingRules,
  presentPolicy,
  presentPolicyPreview,
  TokenPolicy,
} from "../../wire/policy.ts";
import { defineOperation, type Operation } from "../operation.ts";
import { OrganizationPath } from "./organization.ts";

const getPolicyOperation = defineOperation({
  operationId: "getPolicy",
  method: "get",
  path: "/api/organizations/{id}/token-policy",
  tag: "Token policy",
  summary: "Show the token policy",
  description: "Returns the whole policy. Every verification evaluates it.",
  credentials: ["session", "pat", "api-key"],
  permission: "policy:read",
  params: OrganizationPath,
  status: 200,
  response: TokenPolicy,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentPolicy(await getPolicy(deps, actor, params.id)) }),
});

const getMintingRulesOperation = defineOperation({
  operationId: "getMintingRules",
  method: "get",
  path: "/api/organizations/{id}/token-policy/minting",
  tag: "Token policy",
  summary: "Show the rules for a new token or API key",
  description:
    "Returns the part of the token policy that binds a new credential, so that a form can offer only what the server accepts. Everyone who may create one may read it: needs `tokens:create`, `api-keys:write` or `policy:read`.",
  credentials: ["session", "hand-off", "pat", "api-key"],
  params: OrganizationPath,
  status: 200,
  response: MintingRules,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentMintingRules(await getMintingRules(deps, actor, params.id)),
  }),
});

const previewPolicyOperation = defineOperation({
  operationId: "previewPolicy",
  method: "post",
  path: "/api/organizations/{id}/token-policy/preview",
  tag: "Token policy",
  summary: "Preview what a token policy would break",
  description:
    "Returns the active tokens and API keys that would stop working or lose permissions, by the rules of verification. Those that stop come first, then those that lose all permissions, that become read-only, and that lose some; among equal effects, the most recently used comes first. Changes nothing. Networks are compared with the address of the last use. `mintableBy` affects no existing token. Needs `policy:read`, `tokens:read` and `api-keys:read`.",
  credentials: ["session", "pat", "api-key"],
  permission: ["policy:read", "tokens:read", "api-keys:read"],
  params: OrganizationPath,
  query: z.strictObject(pageQuery),
  body: z.strictObject({ policy: TokenPolicy }),
  status: 200,
  response: PolicyPreview,
  refusals: [
    "permission_unknown",
    "permissions_empty",
    "role_unknown",
    "cursor_invalid",
    "permission_denied",
    "not_found",
  ],
  handle: async ({ deps, actor, params, query, body }) => ({
    body: presentPolicyPreview(
      await previewPolicy(deps, actor, { organizationId: params.id, policy: body.policy }, parsePage(query)),
    ),
  }),
});

const setPolicyOperation = defineOperation({
  operationId: "setPolicy",
  method: "put",
  path: "/api/organizations/{id}/token-policy",
  tag: "Token policy",
  summary: "Replace the token policy",
  description:
    "Replaces the whole policy. When the response arrives, tokens that it forbids are refused everywhere. Needs a password given within the last 15 minutes.",
  credentials: ["session"],
  recentPassword: "always",
  permission: "policy:write",
  params: OrganizationPath,
  body: TokenPolicy,
  status: 200,
  response: z.object({ policy: TokenPolicy, receipt: Receipt }).openapi("PolicyChange"),
  refusals: ["permission_unknown", "permissions_empty", "role_unknown", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, body }) => {
    const change = await setPolicy(deps, actor, { organizationId: params.id, policy: body });
    return { body: { policy: presentPolicy(change.policy), receipt: presentReceipt(change.receipt) } };
  },
});

export const policyOperations: readonly Operation[] = [
  getPolicyOperation,
  getMintingRulesOperation,
  previewPolicyOperation,
  setPolicyOperation,
];
