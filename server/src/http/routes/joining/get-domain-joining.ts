import { z } from "@hono/zod-openapi";
import { getDomainJoining as get } from "../../../service/joining/domain-joining.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { DomainJoining, presentDomainJoining } from "../../presenters/joining.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const getDomainJoining: Operation = defineOperation({
  operationId: "getDomainJoining",
  method: "get",
  path: "/api/organizations/{id}/domain-joining",
  tag: "Organizations",
  summary: "Whose addresses may join",
  credentials: ["session", "pat", "api-key"],
  permission: "organization:read",
  params: OrganizationPath,
  status: 200,
  answer: z.object({ joining: DomainJoining.nullable().openapi({ description: "`null` while it is off." }) }),
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => {
    const joining = await get(deps, actor, params.id);
    return { body: { joining: joining === null ? null : presentDomainJoining(joining) } };
  },
});
