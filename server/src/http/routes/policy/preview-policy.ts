import { z } from "@hono/zod-openapi";
import { previewPolicy as preview } from "../../../service/policy/preview-policy.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { pageQuery, parsePage } from "../../presenters/page.ts";
import { TokenPolicy } from "../../presenters/policy.ts";
import { PolicyPreview, presentPolicyPreview } from "../../presenters/policy-preview.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const previewPolicy: Operation = defineOperation({
  operationId: "previewPolicy",
  method: "post",
  path: "/api/organizations/{id}/token-policy/preview",
  tag: "Token policy",
  summary: "Preview what a token policy would break",
  description:
    "Which live tokens and API keys would stop working or lose permissions, judged as verification would, tokens newest first and then keys. Nothing is changed. Networks are judged by the address of the last use; `mintableBy` breaks nothing that exists. Needs `policy:read`, `tokens:read` and `api-keys:read`.",
  credentials: ["session", "pat", "api-key"],
  permission: ["policy:read", "tokens:read", "api-keys:read"],
  params: OrganizationPath,
  query: z.strictObject(pageQuery),
  body: z.strictObject({ policy: TokenPolicy }),
  status: 200,
  answer: PolicyPreview,
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
      await preview(deps, actor, { organizationId: params.id, policy: body.policy }, parsePage(query)),
    ),
  }),
});
