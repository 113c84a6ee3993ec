import { z } from "@hono/zod-openapi";
import { getOverview as get } from "../../../service/overview/get-overview.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationOverview, presentOverview } from "../../presenters/overview.ts";
import { spanQuery } from "../../presenters/usage.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const getOverview: Operation = defineOperation({
  operationId: "getOverview",
  method: "get",
  path: "/api/organizations/{id}/overview",
  tag: "Oversight",
  summary: "The organization's tokens at a glance",
  description:
    "Live tokens by age, when they expire, which are stale, and uses and refusals of every day. A refusal counts when the full secret matched.",
  credentials: ["session", "pat", "api-key"],
  permission: "tokens:read",
  params: OrganizationPath,
  query: z.strictObject(spanQuery),
  status: 200,
  answer: OrganizationOverview,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentOverview(await get(deps, actor, { organizationId: params.id, days: query.days })),
  }),
});
