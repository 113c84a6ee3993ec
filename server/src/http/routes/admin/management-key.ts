// Management keys: instance admins make and revoke them, and the host asks which key it has. Rule: a key appears only in the
// response that creates it, and no key changes a key.
import { z } from "@hono/zod-openapi";
import { DEFAULT_SOURCE, MANAGEMENT_SCOPES, NETWORKS_OF_POLICY, SOURCE_PATTERN, SOURCE_RULE } from "@mintmark/core";
import {
  createManagementKey,
  listManagementKeys,
  renameManagementKey,
  revokeManagementKey,
} from "../../../use-cases/admin/management-key.ts";
import { ManagementKey, presentManagementKey } from "../../../wire/admin.ts";
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

const listManagementKeysOperation = defineOperation({
  operationId: "listManagementKeys",
  method: "get",
  path: "/api/admin/management-keys",
  tag: "Instance administration",
  summary: "List the management keys",
  description: "Newest first, ended ones included.",
  credentials: ["instance-admin"],
  query: z.strictObject(pageQuery),
  status: 200,
  response: pageOf(ManagementKey),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => ({
    body: presentPage(await listManagementKeys(deps, parsePage(query)), presentManagementKey),
  }),
});

const CreatedManagementKey = z
  .object({
    managementKey: ManagementKey,
    secret: NewSecret,
  })
  .openapi("CreatedManagementKey");

const createManagementKeyOperation = defineOperation({
  operationId: "createManagementKey",
  method: "post",
  path: "/api/admin/management-keys",
  tag: "Instance administration",
  summary: "Create a management key",
  description:
    "With it, the host keeps its people here. A source has two active keys at most, so that one can take over from the other. The key is not shown again.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  body: z.strictObject({
    name: nameInput("Shop"),
    scopes: z.array(z.enum(MANAGEMENT_SCOPES)).min(1).max(MANAGEMENT_SCOPES.length).openapi({
      description: "The key is refused with `scope_missing` for anything else.",
    }),
    source: z
      .string()
      .regex(SOURCE_PATTERN, SOURCE_RULE)
      .optional()
      .openapi({
        description: `The namespace of the key's external ids. Without it: \`${DEFAULT_SOURCE}\`.`,
        example: DEFAULT_SOURCE,
      }),
    networks: z
      .array(z.string().max(100))
      .max(NETWORKS_OF_POLICY)
      .optional()
      .openapi({
        description: "CIDR networks outside of which the key is refused. Without it: any network.",
        example: ["203.0.113.0/24"],
      }),
    expiresAt: KeyExpiryInput,
  }),
  status: 201,
  response: CreatedManagementKey,
  refusals: ["name_invalid", "expiry_invalid", "limit_reached"],
  handle: async ({ deps, actor, body }) => {
    const { key, secret } = await createManagementKey(deps, actor, body);
    return { body: { managementKey: presentManagementKey(key), secret: secret.expose() } };
  },
});

const renameManagementKeyOperation = defineOperation({
  operationId: "renameManagementKey",
  method: "patch",
  path: "/api/admin/management-keys/{id}",
  tag: "Instance administration",
  summary: "Rename a management key",
  description: "Nothing else of a key ever changes. A revoked key cannot be renamed.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("managementKey") }),
  body: z.strictObject({ name: nameInput("Shop") }),
  status: 200,
  response: ManagementKey,
  refusals: ["not_found", "name_invalid", "credential_not_active"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentManagementKey(await renameManagementKey(deps, actor, { ...params, ...body })),
  }),
});

const revokeManagementKeyOperation = defineOperation({
  operationId: "revokeManagementKey",
  method: "delete",
  path: "/api/admin/management-keys/{id}",
  tag: "Instance administration",
  summary: "Revoke a management key",
  description:
    "When the response arrives, no request with the key is accepted. A declared key stays revoked, also after a restart. A repeated request returns the first receipt.",
  credentials: ["instance-admin"],
  params: z.strictObject({ id: idOf("managementKey") }),
  status: 200,
  response: RevocationReceipt,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentRevocation(await revokeManagementKey(deps, actor, params.id)),
  }),
});

const getManagementKeyOperation = defineOperation({
  operationId: "getManagementKey",
  method: "get",
  path: "/api/manage/key",
  tag: "Management",
  summary: "Which key am I",
  description:
    "Returns the management key of the request: its source, scopes, networks, expiry and last use before now.",
  credentials: ["management-key"],
  status: 200,
  response: ManagementKey,
  refusals: [],
  handle: async ({ actor }) => ({ body: presentManagementKey(actor.key) }),
});

export const managementKeyOperations: readonly Operation[] = [
  listManagementKeysOperation,
  createManagementKeyOperation,
  renameManagementKeyOperation,
  revokeManagementKeyOperation,
  getManagementKeyOperation,
];
