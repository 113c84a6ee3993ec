import { clearDomainJoining as clear } from "../../../service/joining/domain-joining.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const clearDomainJoining: Operation = defineOperation({
  operationId: "clearDomainJoining",
  method: "delete",
  path: "/api/organizations/{id}/domain-joining",
  tag: "Organizations",
  summary: "Let nobody join by domain",
  description: "Whoever has joined stays a member. Repeating it changes nothing.",
  credentials: ["session"],
  permission: "organization:write",
  params: OrganizationPath,
  status: 204,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => {
    await clear(deps, actor, params.id);
    return { body: undefined };
  },
});
