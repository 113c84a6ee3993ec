// Organizations: list, create, read, rename and delete them.
import { z } from "@hono/zod-openapi";
import {
  createOrganization,
  deleteOrganization,
  getOrganization,
  listOrganizations,
  renameOrganization,
} from "../../use-cases/organization.ts";
import {
  idOf,
  nameInput,
  pageOf,
  pageQuery,
  parsePage,
  presentPage,
  presentRevocation,
  RevocationReceipt,
} from "../../wire/schema.ts";
import { OrganizationMembership, presentOrganizationMembership } from "../../wire/organization.ts";
import { defineOperation, type Operation } from "../operation.ts";

/** The path of one organization and of everything that belongs to it. */
export const OrganizationPath = z.strictObject({ id: idOf("organization") });

const listOrganizationsOperation = defineOperation({
  operationId: "listOrganizations",
  method: "get",
  path: "/api/organizations",
  tag: "Organizations",
  summary: "List my organizations",
  description:
    "The personal one first, then by name. A token or key sees only its own organization, if it has `organization:read`.",
  credentials: ["session", "pat", "api-key"],
  query: z.strictObject({
    query: z.string().max(100).optional().openapi({ description: "Part of the name, ignoring case." }),
    ...pageQuery,
  }),
  status: 200,
  response: pageOf(OrganizationMembership),
  refusals: ["permission_denied", "cursor_invalid"],
  handle: async ({ deps, actor, query }) => ({
    body: presentPage(
      await listOrganizations(deps, actor, query.query ?? null, parsePage(query)),
      presentOrganizationMembership,
    ),
  }),
});

const createOrganizationOperation = defineOperation({
  operationId: "createOrganization",
  method: "post",
  path: "/api/organizations",
  tag: "Organizations",
  summary: "Create an organization",
  description: "The caller becomes its owner. The session's active organization stays the same.",
  credentials: ["session"],
  body: z.strictObject({ name: nameInput("Analytical Engines") }),
  status: 201,
  response: OrganizationMembership,
  refusals: ["directory_external", "name_invalid", "limit_reached"],
  handle: async ({ deps, actor, body }) => ({
    body: presentOrganizationMembership(await createOrganization(deps, actor, body)),
  }),
});

const getOrganizationOperation = defineOperation({
  operationId: "getOrganization",
  method: "get",
  path: "/api/organizations/{id}",
  tag: "Organizations",
  summary: "Show an organization",
  description: "The response for another organization is the same as for an unknown id.",
  credentials: ["session", "pat", "api-key"],
  permission: "organization:read",
  params: OrganizationPath,
  status: 200,
  response: OrganizationMembership,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentOrganizationMembership(await getOrganization(deps, actor, params.id)),
  }),
});

const renameOrganizationOperation = defineOperation({
  operationId: "renameOrganization",
  method: "patch",
  path: "/api/organizations/{id}",
  tag: "Organizations",
  summary: "Rename an organization",
  description: "Tokens and members stay as they are. The audit log has both names.",
  credentials: ["session", "pat", "api-key"],
  permission: "organization:write",
  params: OrganizationPath,
  body: z.strictObject({ name: nameInput("Analytical Engines") }),
  status: 200,
  response: OrganizationMembership,
  refusals: ["directory_external", "name_invalid", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentOrganizationMembership(await renameOrganization(deps, actor, { ...params, ...body })),
  }),
});

const deleteOrganizationOperation = defineOperation({
  operationId: "deleteOrganization",
  method: "delete",
  path: "/api/organizations/{id}",
  tag: "Organizations",
  summary: "Delete an organization",
  description:
    "Deletes it permanently. When the response arrives, all its tokens and API keys are refused everywhere. Needs its typed name and a password given within the last 15 minutes. A personal organization is deleted only with its account.",
  credentials: ["session"],
  recentPassword: "always",
  permission: "organization:delete",
  params: OrganizationPath,
  body: z.strictObject({
    name: nameInput("Analytical Engines").openapi({ description: "The organization's name, to confirm." }),
  }),
  status: 200,
  response: RevocationReceipt,
  refusals: ["directory_external", "confirmation_mismatch", "permission_denied", "personal_organization", "not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentRevocation(await deleteOrganization(deps, actor, { ...params, ...body })),
  }),
});

export const organizationOperations: readonly Operation[] = [
  listOrganizationsOperation,
  createOrganizationOperation,
  getOrganizationOperation,
  renameOrganizationOperation,
  deleteOrganizationOperation,
];
