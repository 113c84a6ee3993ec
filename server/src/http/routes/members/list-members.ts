import { z } from "@hono/zod-openapi";
import { listMembers as list } from "../../../service/member/list-members.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Member, presentMember } from "../../presenters/member.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const listMembers: Operation = defineOperation({
  operationId: "listMembers",
  method: "get",
  path: "/api/organizations/{id}/members",
  tag: "Members",
  summary: "List members",
  description: "Latest joining first.",
  credentials: ["session", "pat", "api-key"],
  permission: "members:read",
  params: OrganizationPath,
  query: z.strictObject({
    ...pageQuery,
    query: z.string().max(200).optional().openapi({ description: "A part of a name or an email address." }),
  }),
  status: 200,
  answer: pageOf(Member),
  refusals: ["cursor_invalid", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => {
    const input = { organizationId: params.id, query: query.query ?? null, page: parsePage(query) };
    return { body: presentPage(await list(deps, actor, input), presentMember) };
  },
});
