import { z } from "@hono/zod-openapi";
import { listUsers as list } from "../../../service/admin/list-users.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { flag } from "../../presenters/flag.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { AdminUser, presentAdminUser } from "../../presenters/admin-user.ts";

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
    query: z
      .string()
      .max(200)
      .optional()
      .openapi({ description: "A part of the name or email address, or the whole id." }),
    state: z.enum(["active", "suspended"]).optional(),
    instanceAdmin: flag("Instance admins alone, or only the others.").optional(),
  }),
  status: 200,
  answer: pageOf(AdminUser),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => {
    const { state, instanceAdmin } = query;
    const filter = {
      query: query.query?.trim() || null,
      ...(state === undefined ? {} : { state }),
      ...(instanceAdmin === undefined ? {} : { instanceAdmin }),
    };
    return { body: presentPage(await list(deps, filter, parsePage(query)), presentAdminUser) };
  },
});
