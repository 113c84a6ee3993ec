// The services of the instance, which verify credentials with their key. Rule: only instance admins manage them, and a
// key appears only in the response that creates it.
import { z } from "@hono/zod-openapi";
import {
  createService,
  createServiceKey,
  listServices,
  renameService,
  revokeService,
  revokeServiceKey,
} from "../../../use-cases/admin/service.ts";
import { presentService, presentServiceKey, Service, ServiceKey } from "../../../wire/admin.ts";
import {
  idOf,
  KeyExpiryInput,
  nameInput,
  NewSecret,
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
    secret: NewSecret,
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
  body: z.strictObject({ name: nameInput("Scans API"), expiresAt: KeyExpiryInput }),
  status: 201,
  response: CreatedService,
  refusals: ["name_invalid", "expiry_invalid", "limit_reached"],
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
  description: "Its keys stay the same. A revoked service cannot be renamed.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("service") }),
  body: z.strictObject({ name: nameInput("Scans API") }),
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
  summary: "Revoke a service",
  description:
    "Its keys end with it. When the response arrives, the service can no longer verify credentials. A repeated request returns the first receipt.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("service") }),
  status: 200,
  response: RevocationReceipt,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentRevocation(await revokeService(deps, actor, params.id)) }),
});

const CreatedServiceKey = z
  .object({
    service: Service,
    key: ServiceKey,
    secret: NewSecret,
  })
  .openapi("CreatedServiceKey");

const createServiceKeyOperation = defineOperation({
  operationId: "createServiceKey",
  method: "post",
  path: "/api/admin/services/{id}/keys",
  tag: "Instance administration",
  summary: "Add a key to a service",
  description:
    "The next key of the service. The present one keeps working until you revoke it. A service has two active keys at most. The key is not shown again.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: z.strictObject({ id: idOf("service") }),
  body: z.strictObject({ expiresAt: KeyExpiryInput }),
  status: 201,
  response: CreatedServiceKey,
  refusals: ["not_found", "expiry_invalid", "limit_reached", "credential_not_active"],
  handle: async ({ deps, actor, params, body }) => {
    const { service, key, secret } = await createServiceKey(deps, actor, { ...params, ...body });
    return { body: { service: presentService(service), key: presentServiceKey(key), secret: secret.expose() } };
  },
});

const revokeServiceKeyOperation = defineOperation({
  operationId: "revokeServiceKey",
  method: "delete",
  path: "/api/admin/services/{id}/keys/{keyId}",
  tag: "Instance administration",
  summary: "Revoke one key of a service",
  description:
    "When the response arrives, no request with this key is accepted. The other key of the service keeps working. A repeated request returns the first receipt.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("service"), keyId: idOf("serviceKey") }),
  status: 200,
  response: RevocationReceipt,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentRevocation(await revokeServiceKey(deps, actor, params)),
  }),
});

export const adminServiceOperations: readonly Operation[] = [
  listServicesOperation,
  createServiceOperation,
  renameServiceOperation,
  revokeServiceOperation,
  createServiceKeyOperation,
  revokeServiceKeyOperation,
];
