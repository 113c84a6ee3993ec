import { listApiKeyUses as list } from "../../../service/usage/organization-usage.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentUses, UsesAnswer, UsesQuery } from "../../presenters/usage.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const listApiKeyUses: Operation = defineOperation({
  operationId: "listApiKeyUses",
  method: "get",
  path: "/api/organizations/{id}/api-keys/usage",
  tag: "API keys",
  summary: "Uses of API keys, day by day",
  description: "Ids that are no key of the organization are left out.",
  credentials: ["session", "pat", "api-key"],
  permission: "api-keys:read",
  params: OrganizationPath,
  query: UsesQuery,
  status: 200,
  answer: UsesAnswer,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentUses(await list(deps, actor, { organizationId: params.id, ...query })),
  }),
});
