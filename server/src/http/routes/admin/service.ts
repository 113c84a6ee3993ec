// The services of the instance, which verify credentials with their key. Rule: only instance admins manage them, and a
// key appears only in the response that creates it.
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
} from "../../../wire/schema.ts";
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
  response: pageOf(Service),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => ({
    body: presentPage(await listServices(deps, parsePage(query)), presentService),
  }),
});

const CreatedService = z
  .object({
    service: Service,
    secret: z.string().openapi({ description: "Shown only once; only its hash is stored." }),
  })
  .openapi("CreatedService");

const createServiceOperation = defineOperation({
  operationId: "createService",
  method: "post",
  path: "/api/admin/services",
  tag: "Instance administration",
  summary: "Register a service",
  description:
    "A service is a protected API or MCP server. It verifies tokens with the key in this response. The key is not shown again.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  body: z.strictObject({ name: z.string().max(1000).openapi({ example: "Scans API" }) }),
  status: 201,
  response: CreatedService,
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
  description: "Its key stays the same. A revoked service cannot be renamed.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("service") }),
  body: z.strictObject({ name: z.string().max(1000) }),
  status: 200,
  response: Service,
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
  description:
    "When the response arrives, the service can no longer verify credentials. A repeated request returns the first receipt.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("service") }),
  status: 200,
  response: RevocationReceipt,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentRevocation(await revokeService(deps, actor, params.id)) }),
});

export const adminServiceOperations: readonly Operation[] = [
  listServicesOperation,
  createServiceOperation,
  renameServiceOperation,
  revokeServiceOperation,
];
