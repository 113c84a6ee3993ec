import { z } from "@hono/zod-openapi";
import { listJoinableOrganizations as list } from "../../../service/joining/list-joinable-organizations.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { JoinableOrganization, presentJoinable } from "../../presenters/joining.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";

export const listJoinableOrganizations: Operation = defineOperation({
  operationId: "listJoinableOrganizations",
  method: "get",
  path: "/api/account/joinable-organizations",
  tag: "Organizations",
  summary: "List the organizations I may join",
  description:
    "Those open to the domain of the caller's verified address, without those they are in or were removed from.",
  credentials: ["session"],
  query: z.strictObject(pageQuery),
  status: 200,
  answer: pageOf(JoinableOrganization),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, actor, query }) => ({
    body: presentPage(await list(deps, actor, parsePage(query)), presentJoinable),
  }),
});
