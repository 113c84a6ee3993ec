import { z } from "@hono/zod-openapi";
import { listOrganizations as list } from "../../../service/organization/list-organizations.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationMembership, presentOrganizationMembership } from "../../presenters/organization.ts";

export const listOrganizations: Operation = defineOperation({
  operationId: "listOrganizations",
  method: "get",
  path: "/api/organizations",
  tag: "Organizations",
  summary: "List my organizations",
  description:
    "All at once, the personal one first, then by name. A token or key sees the one it is pinned to, if it holds `organization:read`.",
  credentials: ["session", "pat", "api-key"],
  status: 200,
  answer: z.object({ items: z.array(OrganizationMembership), nextCursor: z.null() }),
  refusals: ["permission_denied"],
  handle: async ({ deps, actor }) => ({
    body: { items: (await list(deps, actor)).map(presentOrganizationMembership), nextCursor: null },
  }),
});
