import { getInstanceOrganization as get } from "../../../service/admin/get-instance-organization.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { AdminOrganizationDetail, presentAdminOrganizationDetail } from "../../presenters/admin-organization.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const getInstanceOrganization: Operation = defineOperation({
  operationId: "getInstanceOrganization",
  method: "get",
  path: "/api/admin/organizations/{id}",
  tag: "Instance administration",
  summary: "Read an organization from outside",
  description: "Also a deleted one: what it is, how many are in it, and who owns it.",
  credentials: ["instance-admin"],
  params: OrganizationPath,
  status: 200,
  answer: AdminOrganizationDetail,
  refusals: ["not_found"],
  handle: async ({ deps, params }) => ({ body: presentAdminOrganizationDetail(await get(deps, params.id)) }),
});
