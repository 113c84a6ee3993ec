import { z } from "@hono/zod-openapi";
import { setDomainJoining as set } from "../../../service/joining/domain-joining.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { DomainJoining, presentDomainJoining } from "../../presenters/joining.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const setDomainJoining: Operation = defineOperation({
  operationId: "setDomainJoining",
  method: "put",
  path: "/api/organizations/{id}/domain-joining",
  tag: "Organizations",
  summary: "Let people of my domain join",
  description:
    "Anyone with a verified address of the domain can then join. The caller needs a verified address of that domain, and can offer only a role that they cover, never owner. When the caller may no longer do this (demoted, suspended or gone), nobody can join until somebody opens it again.",
  credentials: ["session"],
  recentPassword: "powerful-role",
  permission: "organization:write",
  params: OrganizationPath,
  body: z.strictObject({
    domain: z.string().max(1000).openapi({ example: "example.com" }),
    role: z.string().max(100).openapi({ example: "member" }),
  }),
  status: 200,
  answer: DomainJoining,
  refusals: [
    "domain_invalid",
    "domain_public",
    "domain_unproved",
    "role_unknown",
    "role_exceeds_caller",
    "personal_organization",
    "permission_denied",
    "not_found",
  ],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentDomainJoining({
      joining: await set(deps, actor, { organizationId: params.id, ...body }),
      isOpen: true,
    }),
  }),
});
