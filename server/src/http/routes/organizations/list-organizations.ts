import { z } from "@hono/zod-openapi";
import { listOrganizations as list } from "../../../service/organization/list-organizations.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationMembership, presentOrganizationMembership } from "../../presenters/organization.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";

export const listOrganizations: Operation = defineOperation({
  operationId: "listOrganizations",
  method: "get",
  path: "/api/organizations",
  tag: "Organizations",
  summary: "List my organizations",
  description:
    "The personal one first, then by name. A token or key sees the one it is pinned to, if it holds `organization:read`.",
  credentials: ["session", "pat", "api-key"],
  query: z.strictObject({
    query: z.string().max(100).optional().openapi({ description: "A part of the name, ignoring case." }),
    ...pageQuery,
  }),
  status: 200,
  answer: pageOf(OrganizationMembership),
  refusals: ["permission_denied", "cursor_invalid"],
  handle: async ({ deps, actor, query }) => ({
    body: presentPage(await list(deps, actor, query.query ?? null, parsePage(query)), presentOrganizationMembership),
  }),
});
