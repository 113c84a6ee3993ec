import { z } from "@hono/zod-openapi";
import { createService as create } from "../../../service/admin/create-service.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentService, Service } from "../../presenters/service.ts";

const CreatedService = z
  .object({
    service: Service,
    secret: z.string().openapi({ description: "Shown this once; only its hash is stored." }),
  })
  .openapi("CreatedService");

export const createService: Operation = defineOperation({
  operationId: "createService",
  method: "post",
  path: "/api/admin/services",
  tag: "Instance administration",
  summary: "Register a service",
  description: "A protected API or MCP server. It verifies tokens with the key in this answer, which is nowhere else.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  body: z.strictObject({ name: z.string().max(1000).openapi({ example: "Scans API" }) }),
  status: 201,
  answer: CreatedService,
  refusals: ["name_invalid", "limit_reached"],
  handle: async ({ deps, actor, body }) => {
    const { service, secret } = await create(deps, actor, body);
    return { body: { service: presentService(service), secret: secret.expose() } };
  },
});
