import { getOrganization as get } from "../../../service/organization/get-organization.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationMembership, presentOrganizationMembership } from "../../presenters/organization.ts";
import { OrganizationPath } from "./organization-path.ts";

export const getOrganization: Operation = defineOperation({
  operationId: "getOrganization",
  method: "get",
  path: "/api/organizations/{id}",
  tag: "Organizations",
  summary: "Show an organization",
  credentials: ["session", "pat", "api-key"],
  permission: "organization:read",
  params: OrganizationPath,
  status: 200,
  answer: OrganizationMembership,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentOrganizationMembership(await get(deps, actor, params.id)),
  }),
});
