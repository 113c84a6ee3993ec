import { z } from "@hono/zod-openapi";
import { listServices as list } from "../../../service/admin/list-services.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { presentService, Service } from "../../presenters/service.ts";

export const listServices: Operation = defineOperation({
  operationId: "listServices",
  method: "get",
  path: "/api/admin/services",
  tag: "Instance administration",
  summary: "List the registered services",
  description: "Newest first, revoked ones included.",
  credentials: ["instance-admin"],
  query: z.strictObject(pageQuery),
  status: 200,
  answer: pageOf(Service),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => ({ body: presentPage(await list(deps, parsePage(query)), presentService) }),
});
