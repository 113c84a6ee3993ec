import { getPolicy as get } from "../../../service/policy/get-policy.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentPolicy, TokenPolicy } from "../../presenters/policy.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const getPolicy: Operation = defineOperation({
  operationId: "getPolicy",
  method: "get",
  path: "/api/organizations/{id}/token-policy",
  tag: "Token policy",
  summary: "Show the token policy",
  credentials: ["session", "pat", "api-key"],
  permission: "policy:read",
  params: OrganizationPath,
  status: 200,
  answer: TokenPolicy,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentPolicy(await get(deps, actor, params.id)) }),
});
