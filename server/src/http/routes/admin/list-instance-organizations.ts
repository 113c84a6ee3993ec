import { z } from "@hono/zod-openapi";
import { listInstanceOrganizations as list } from "../../../service/admin/list-instance-organizations.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { AdminOrganization, presentAdminOrganization } from "../../presenters/admin-organization.ts";
import { flag } from "../../presenters/flag.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";

export const listInstanceOrganizations: Operation = defineOperation({
  operationId: "listInstanceOrganizations",
  method: "get",
  path: "/api/admin/organizations",
  tag: "Instance administration",
  summary: "List the organizations of the instance",
  description: "Newest first, from outside: names and counts, nothing of what is inside.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    query: z.string().max(200).optional().openapi({ description: "A part of the name, or the whole id." }),
    state: z.enum(["active", "deleted", "all"]).default("active"),
    personal: flag("Personal organizations alone, or only the others.").optional(),
    withoutOwner: flag("Only those that nobody can administer: no active owner is left.").optional(),
  }),
  status: 200,
  answer: pageOf(AdminOrganization),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => {
    const filter = {
      query: query.query?.trim() || null,
      state: query.state,
      personal: query.personal ?? null,
      withoutOwner: query.withoutOwner ?? false,
    };
    return { body: presentPage(await list(deps, filter, parsePage(query)), presentAdminOrganization) };
  },
});
