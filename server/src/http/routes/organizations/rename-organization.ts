import { z } from "@hono/zod-openapi";
import { renameOrganization as rename } from "../../../service/organization/rename-organization.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationMembership, presentOrganizationMembership } from "../../presenters/organization.ts";
import { OrganizationPath } from "./organization-path.ts";

export const renameOrganization: Operation = defineOperation({
  operationId: "renameOrganization",
  method: "patch",
  path: "/api/organizations/{id}",
  tag: "Organizations",
  summary: "Rename an organization",
  credentials: ["session", "pat", "api-key"],
  permission: "organization:write",
  params: OrganizationPath,
  body: z.strictObject({ name: z.string().max(1000) }),
  status: 200,
  answer: OrganizationMembership,
  refusals: ["name_invalid", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentOrganizationMembership(await rename(deps, actor, { ...params, ...body })),
  }),
});
