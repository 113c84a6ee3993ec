import { z } from "@hono/zod-openapi";
import { renameService as rename } from "../../../service/admin/rename-service.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { presentService, Service } from "../../presenters/service.ts";

export const renameService: Operation = defineOperation({
  operationId: "renameService",
  method: "patch",
  path: "/api/admin/services/{id}",
  tag: "Instance administration",
  summary: "Rename a service",
  description: "Its key stays the same. A revoked service keeps its name.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("service") }),
  body: z.strictObject({ name: z.string().max(1000) }),
  status: 200,
  answer: Service,
  refusals: ["not_found", "name_invalid", "credential_not_active"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentService(await rename(deps, actor, { ...params, ...body })),
  }),
});
