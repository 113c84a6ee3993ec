import { z } from "@hono/zod-openapi";
import { createService, listServices, renameService, revokeService } from "../../../use-cases/admin/service.ts";
import { presentService, Service } from "../../../wire/admin.ts";
import {
  idOf,
  pageOf,
  pageQuery,
  parsePage,
  presentPage,
  presentRevocation,
  RevocationReceipt,
} from "../../../wire/fields.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const listServicesOperation = defineOperation({
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
  handle: async ({ deps, query }) => ({
    body: presentPage(await listServices(deps, parsePage(query)), presentService),
  }),
});

const CreatedService = z
  .object({
    service: Service,
    secret: z.string().openapi({ description: "Shown this once; only its hash is stored." }),
  })
  .openapi("CreatedService");

const createServiceOperation = defineOperation({
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
    const { service, secret } = await createService(deps, actor, body);
    return { body: { service: presentService(service), secret: secret.expose() } };
  },
});

const renameServiceOperation = defineOperation({
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
    body: presentService(await renameService(deps, actor, { ...params, ...body })),
  }),
});

const revokeServiceOperation = defineOperation({
  operationId: "revokeService",
  method: "delete",
  path: "/api/admin/services/{id}",
  tag: "Instance administration",
  summary: "Revoke a service's key",
  description: "When this is answered, the service can verify nothing. Repeating it answers the first receipt.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("service") }),
  status: 200,
  answer: RevocationReceipt,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentRevocation(await revokeService(deps, actor, params.id)) }),
});

export const adminServiceOperations: readonly Operation[] = [
  listServicesOperation,
  createServiceOperation,
  renameServiceOperation,
  revokeServiceOperation,
];
