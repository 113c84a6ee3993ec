import { z } from "@hono/zod-openapi";
import { listUsers as list } from "../../../service/admin/list-users.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { AdminUser, presentAdminUser } from "../../presenters/user.ts";

export const listUsers: Operation = defineOperation({
  operationId: "listUsers",
  method: "get",
  path: "/api/admin/users",
  tag: "Instance administration",
  summary: "List the accounts of the instance",
  description: "Newest first, suspended ones included, deleted ones not.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    query: z.string().max(200).optional().openapi({ description: "A part of the name or email address." }),
  }),
  status: 200,
  answer: pageOf(AdminUser),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => ({
    body: presentPage(await list(deps, { query: query.query || null }, parsePage(query)), presentAdminUser),
  }),
});
