import { listOrganizationTokenUses as list } from "../../../service/usage/organization-usage.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentUses, UsesAnswer, UsesQuery } from "../../presenters/usage.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const listOrganizationTokenUses: Operation = defineOperation({
  operationId: "listOrganizationTokenUses",
  method: "get",
  path: "/api/organizations/{id}/personal-access-tokens/usage",
  tag: "Oversight",
  summary: "Uses of members' tokens, day by day",
  description:
    "Ids that are no token of the organization are left out. The policy's `oversight` must be `list` or more.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: UsesQuery,
  status: 200,
  answer: UsesAnswer,
  refusals: ["permission_denied", "policy_oversight", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentUses(await list(deps, actor, { organizationId: params.id, ...query })),
  }),
});
