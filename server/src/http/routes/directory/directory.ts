// The users and organizations that the host keeps with its management key, by external id, and batches of changes. Rule: the
// response to a deletion is sent when the tokens no longer work. Deliberately absent: tokens and their secrets.
import { z } from "@hono/zod-openapi";
import { CHANGES_OF_BATCH } from "@mintmark/core";
import { applyChange, applyChanges } from "../../../use-cases/directory/apply.ts";
import {
  getDirectoryOrganization,
  getDirectoryUser,
  listDirectoryOrganizations,
  listDirectoryUsers,
  listOrganizationsOfDirectoryUser,
} from "../../../use-cases/directory/read.ts";
import {
  BatchChange,
  BatchResult,
  changeOf,
  Deletion,
  DirectoryOrganization,
  DirectoryResult,
  DirectoryUser,
  ExternalId,
  organizationFields,
  presentApplied,
  presentDirectoryOrganization,
  presentDirectoryUser,
  presentOutcome,
  searchText,
  userFields,
} from "../../../wire/directory.ts";
import { idOf, pageOf, pageQuery, parsePage, presentPage } from "../../../wire/schema.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const CREDENTIALS = ["management-key"] as const;
const TAG = "Management";

const UserPath = z.strictObject({ externalId: ExternalId });
const OrganizationPath = z.strictObject({ externalId: ExternalId });

const listQuery = (kind: "user" | "organization", searched: string) =>
  z.strictObject({
    ...pageQuery,
    id: idOf(kind).optional().openapi({ description: "Only the one with this id of Mintmark's." }),
    query: searchText(searched),
  });

const REPEATS = "The same request twice changes and records nothing.";

const putUser = defineOperation({
  operationId: "putDirectoryUser",
  method: "put",
  path: "/api/manage/users/{externalId}",
  tag: TAG,
  summary: "Create or change a user",
  description: `${REPEATS} A local account with the same address is linked only where the address was proved here and you send \`emailVerified: true\`; else it stays as it is, and the request is refused. Characters that could disguise a name are taken out. A suspension ends all sessions and pauses all tokens.`,
  credentials: CREDENTIALS,
  scope: "directory:write",
  params: UserPath,
  body: z.strictObject(userFields),
  status: 200,
  response: DirectoryResult,
  refusals: ["name_invalid", "email_invalid", "email_taken", "instance_admin_protected"],
  handle: async ({ deps, actor, params, body }) => {
    const { version = null, ...facts } = body;
    return {
      body: presentApplied(await applyChange(deps, actor, { kind: "user", user: params.externalId, facts, version })),
    };
  },
});

const deleteUser = defineOperation({
  operationId: "deleteDirectoryUser",
  method: "delete",
  path: "/api/manage/users/{externalId}",
  tag: TAG,
  summary: "Delete a user",
  description:
    "When the response arrives, all tokens of the user are refused everywhere, and their sessions, memberships and personal organization have ended. An organization may lose its last owner. The deletion of an unknown user changes nothing, and with a version it is remembered, so that older changes come too late.",
  credentials: CREDENTIALS,
  scope: "directory:write",
  params: UserPath,
  body: Deletion,
  status: 200,
  response: DirectoryResult,
  refusals: ["instance_admin_protected"],
  handle: async ({ deps, actor, params, body }) => {
    const { version = null } = body;
    return {
      body: presentApplied(
        await applyChange(deps, actor, { kind: "user", user: params.externalId, facts: null, version }),
      ),
    };
  },
});

const getUser = defineOperation({
  operationId: "getDirectoryUser",
  method: "get",
  path: "/api/manage/users/{externalId}",
  tag: TAG,
  summary: "Read a user",
  description: "The user of the key's source with this external id.",
  credentials: CREDENTIALS,
  scope: "directory:read",
  params: UserPath,
  status: 200,
  response: DirectoryUser,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentDirectoryUser(await getDirectoryUser(deps, actor, params.externalId)),
  }),
});

const listUsers = defineOperation({
  operationId: "listDirectoryUsers",
  method: "get",
  path: "/api/manage/users",
  tag: TAG,
  summary: "List the users",
  description: "The users of the key's source, newest first. With `id`, the one that Mintmark knows by that id.",
  credentials: CREDENTIALS,
  scope: "directory:read",
  query: listQuery("user", "Part of the name or email address, or the complete id of Mintmark's."),
  status: 200,
  response: pageOf(DirectoryUser),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, actor, query }) => {
    const input = { id: query.id ?? null, query: query.query ?? null, page: parsePage(query) };
    return { body: presentPage(await listDirectoryUsers(deps, actor, input), presentDirectoryUser) };
  },
});

const OrganizationOfUser = z
  .object({ organization: DirectoryOrganization, role: z.string(), state: z.enum(["active", "suspended"]) })
  .openapi("OrganizationOfDirectoryUser");

const listOrganizationsOfUser = defineOperation({
  operationId: "listOrganizationsOfDirectoryUser",
  method: "get",
  path: "/api/manage/users/{externalId}/organizations",
  tag: TAG,
  summary: "List a user's organizations",
  description: "The organizations of the key's source that the user is in, by name.",
  credentials: CREDENTIALS,
  scope: "directory:read",
  params: UserPath,
  status: 200,
  response: z.object({ items: z.array(OrganizationOfUser) }),
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => {
    const found = await listOrganizationsOfDirectoryUser(deps, actor, params.externalId);
    const items = found.map(({ organization, role, suspended }) => ({
      organization: presentDirectoryOrganization(organization),
      role,
      state: suspended ? ("suspended" as const) : ("active" as const),
    }));
    return { body: { items } };
  },
});

const putOrganization = defineOperation({
  operationId: "putDirectoryOrganization",
  method: "put",
  path: "/api/manage/organizations/{externalId}",
  tag: TAG,
  summary: "Create or rename an organization",
  description: `${REPEATS} A new organization has no members.`,
  credentials: CREDENTIALS,
  scope: "directory:write",
  params: OrganizationPath,
  body: z.strictObject(organizationFields),
  status: 200,
  response: DirectoryResult,
  refusals: ["name_invalid"],
  handle: async ({ deps, actor, params, body }) => {
    const { version = null, ...facts } = body;
    const change = { kind: "organization", organization: params.externalId, facts, version } as const;
    return { body: presentApplied(await applyChange(deps, actor, change)) };
  },
});

const deleteOrganization = defineOperation({
  operationId: "deleteDirectoryOrganization",
  method: "delete",
  path: "/api/manage/organizations/{externalId}",
  tag: TAG,
  summary: "Delete an organization",
  description:
    "When the response arrives, all tokens and API keys of the organization are refused everywhere. The deletion of an unknown organization changes nothing, and with a version it is remembered.",
  credentials: CREDENTIALS,
  scope: "directory:write",
  params: OrganizationPath,
  body: Deletion,
  status: 200,
  response: DirectoryResult,
  refusals: [],
  handle: async ({ deps, actor, params, body }) => {
    const { version = null } = body;
    const change = { kind: "organization", organization: params.externalId, facts: null, version } as const;
    return { body: presentApplied(await applyChange(deps, actor, change)) };
  },
});

const getOrganization = defineOperation({
  operationId: "getDirectoryOrganization",
  method: "get",
  path: "/api/manage/organizations/{externalId}",
  tag: TAG,
  summary: "Read an organization",
  description: "The organization of the key's source with this external id.",
  credentials: CREDENTIALS,
  scope: "directory:read",
  params: OrganizationPath,
  status: 200,
  response: DirectoryOrganization,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentDirectoryOrganization(await getDirectoryOrganization(deps, actor, params.externalId)),
  }),
});

const listOrganizations = defineOperation({
  operationId: "listDirectoryOrganizations",
  method: "get",
  path: "/api/manage/organizations",
  tag: TAG,
  summary: "List the organizations",
  description:
    "The organizations of the key's source, newest first. With `id`, the one that Mintmark knows by that id.",
  credentials: CREDENTIALS,
  scope: "directory:read",
  query: listQuery("organization", "Part of the name, or the complete id of Mintmark's."),
  status: 200,
  response: pageOf(DirectoryOrganization),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, actor, query }) => {
    const input = { id: query.id ?? null, query: query.query ?? null, page: parsePage(query) };
    return { body: presentPage(await listDirectoryOrganizations(deps, actor, input), presentDirectoryOrganization) };
  },
});

const batch = defineOperation({
  operationId: "changeDirectory",
  method: "post",
  path: "/api/manage/batch",
  tag: TAG,
  summary: "Make up to 1,000 changes",
  description:
    "Makes the changes in order and returns the result of each, in the same order. A refused change does not stop the others. The batch is not one transaction: after a failure, send it again.",
  credentials: CREDENTIALS,
  scope: "directory:write",
  body: z.strictObject({ changes: z.array(BatchChange).min(1).max(CHANGES_OF_BATCH) }),
  bodyLimit: 1024 * 1024,
  status: 200,
  response: z.object({ results: z.array(BatchResult) }),
  refusals: [],
  handle: async ({ deps, actor, body }) => {
    const outcomes = await applyChanges(deps, actor, body.changes.map(changeOf));
    return { body: { results: outcomes.map(presentOutcome) } };
  },
});

export const directoryOperations: readonly Operation[] = [
  putUser,
  deleteUser,
  getUser,
  listUsers,
  listOrganizationsOfUser,
  putOrganization,
  deleteOrganization,
  getOrganization,
  listOrganizations,
  batch,
];
