import { z } from "@hono/zod-openapi";
import { setPolicy as set } from "../../../service/policy/set-policy.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentPolicy, TokenPolicy } from "../../presenters/policy.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const setPolicy: Operation = defineOperation({
  operationId: "setPolicy",
  method: "put",
  path: "/api/organizations/{id}/token-policy",
  tag: "Token policy",
  summary: "Replace the token policy",
  description:
    "The whole policy at once. When this is answered, tokens that it forbids are refused everywhere. Needs a password given within the last 15 minutes.",
  credentials: ["session"],
  recentPassword: "always",
  permission: "policy:write",
  params: OrganizationPath,
  body: TokenPolicy,
  status: 200,
  answer: z.object({ policy: TokenPolicy, receipt: Receipt }).openapi("PolicyChange"),
  refusals: ["permission_unknown", "permissions_empty", "role_unknown", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, body }) => {
    const change = await set(deps, actor, { organizationId: params.id, policy: body });
    return { body: { policy: presentPolicy(change.policy), receipt: presentReceipt(change.receipt) } };
  },
});
