import { z } from "@hono/zod-openapi";
import { createOrganization as create } from "../../../service/organization/create-organization.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationMembership, presentOrganizationMembership } from "../../presenters/organization.ts";

export const createOrganization: Operation = defineOperation({
  operationId: "createOrganization",
  method: "post",
  path: "/api/organizations",
  tag: "Organizations",
  summary: "Create an organization",
  description: "The caller becomes its owner. The session's active organization stays as it is.",
  credentials: ["session"],
  body: z.strictObject({ name: z.string().max(1000).openapi({ example: "Analytical Engines" }) }),
  status: 201,
  answer: OrganizationMembership,
  refusals: ["name_invalid", "limit_reached"],
  handle: async ({ deps, actor, body }) => ({ body: presentOrganizationMembership(await create(deps, actor, body)) }),
});
