// The members of the host's organizations, one at a time and all at once. Rule: the response to a removal is sent when the
// member's tokens no longer work.
import { z } from "@hono/zod-openapi";
import { MEMBERS_OF_LIST } from "@mintmark/core";
import { applyChange } from "../../../use-cases/directory/apply.ts";
import { setMembers } from "../../../use-cases/directory/members.ts";
import { getDirectoryMember, listDirectoryMembers } from "../../../use-cases/directory/read.ts";
import {
  Deletion,
  DirectoryMember,
  DirectoryResult,
  ExternalId,
  memberFields,
  MembersResult,
  presentApplied,
  presentDirectoryMember,
  presentMembersSet,
  searchText,
  Version,
} from "../../../wire/directory.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../../wire/schema.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const CREDENTIALS = ["management-key"] as const;
const TAG = "Management";

const OrganizationPath = z.strictObject({ externalId: ExternalId });
const MemberPath = z.strictObject({ externalId: ExternalId, userExternalId: ExternalId });

const putMember = defineOperation({
  operationId: "putDirectoryMember",
  method: "put",
  path: "/api/manage/organizations/{externalId}/members/{userExternalId}",
  tag: TAG,
  summary: "Add a member, or change their role or suspension",
  description: `The same request twice changes and records nothing. The permissions of their tokens change at once. A suspended member's tokens of this organization are refused until the suspension ends, unless the policy's \`revokeOnSuspend\` revokes them. An organization may lose its last owner.`,
  credentials: CREDENTIALS,
  scope: "directory:write",
  params: MemberPath,
  body: z.strictObject(memberFields),
  status: 200,
  response: DirectoryResult,
  refusals: ["external_id_unknown", "role_unknown", "limit_reached"],
  handle: async ({ deps, actor, params, body }) => {
    const { version = null, ...facts } = body;
    const named = { organization: params.externalId, user: params.userExternalId };
    return { body: presentApplied(await applyChange(deps, actor, { kind: "member", ...named, facts, version })) };
  },
});

const deleteMember = defineOperation({
  operationId: "deleteDirectoryMember",
  method: "delete",
  path: "/api/manage/organizations/{externalId}/members/{userExternalId}",
  tag: TAG,
  summary: "Remove a member",
  description:
    "When the response arrives, every token that they minted in this organization is refused everywhere, and the receipt says which. Joining again restores none of them. An organization may lose its last owner. The removal of somebody who is no member changes nothing, and with a version it is remembered.",
  credentials: CREDENTIALS,
  scope: "directory:write",
  params: MemberPath,
  body: Deletion,
  status: 200,
  response: DirectoryResult,
  refusals: [],
  handle: async ({ deps, actor, params, body }) => {
    const { version = null } = body;
    const named = { organization: params.externalId, user: params.userExternalId };
    return { body: presentApplied(await applyChange(deps, actor, { kind: "member", ...named, facts: null, version })) };
  },
});

const getMember = defineOperation({
  operationId: "getDirectoryMember",
  method: "get",
  path: "/api/manage/organizations/{externalId}/members/{userExternalId}",
  tag: TAG,
  summary: "Read a member",
  description: "The present membership of this user in this organization.",
  credentials: CREDENTIALS,
  scope: "directory:read",
  params: MemberPath,
  status: 200,
  response: DirectoryMember,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => {
    const named = { organization: params.externalId, user: params.userExternalId };
    return { body: presentDirectoryMember(actor.key.source)(await getDirectoryMember(deps, actor, named)) };
  },
});

const listMembers = defineOperation({
  operationId: "listDirectoryMembers",
  method: "get",
  path: "/api/manage/organizations/{externalId}/members",
  tag: TAG,
  summary: "List the members of an organization",
  description: "Latest joining first, with those whom the key's source does not know.",
  credentials: CREDENTIALS,
  scope: "directory:read",
  params: OrganizationPath,
  query: z.strictObject({
    ...pageQuery,
    query: searchText("Part of a name or an email address."),
  }),
  status: 200,
  response: pageOf(DirectoryMember),
  refusals: ["not_found", "cursor_invalid"],
  handle: async ({ deps, actor, params, query }) => {
    const input = { organization: params.externalId, query: query.query ?? null, page: parsePage(query) };
    const page = await listDirectoryMembers(deps, actor, input);
    return { body: presentPage(page, presentDirectoryMember(actor.key.source)) };
  },
});

const { role, suspended } = memberFields;

const putMembers = defineOperation({
  operationId: "putDirectoryMembers",
  method: "put",
  path: "/api/manage/organizations/{externalId}/members",
  tag: TAG,
  summary: "Set all members of an organization",
  description:
    "Removes members who are not in the list, then adds and changes the others. Members whom the key's source does not know stay. A list that would remove more than `maxRemovals` members is refused and changes nothing; the refusal lists the tokens that would end. Each member is a transaction: after a failure, send the list again.",
  credentials: CREDENTIALS,
  scope: "directory:write",
  params: OrganizationPath,
  body: z.strictObject({
    members: z.array(z.strictObject({ externalId: ExternalId, role, suspended })).max(MEMBERS_OF_LIST),
    dryRun: z.boolean().default(false).openapi({ description: "Only return what would happen." }),
    maxRemovals: z.int().min(0).optional().openapi({
      description: "How many members may be removed. Without it: a tenth of the present members, at least three.",
    }),
    version: Version.optional(),
  }),
  bodyLimit: 3 * 1024 * 1024,
  status: 200,
  response: MembersResult,
  refusals: ["external_id_unknown", "role_unknown", "removals_exceeded", "limit_reached"],
  handle: async ({ deps, actor, params, body }) => {
    const { dryRun, maxRemovals = null, version = null } = body;
    const members = body.members.map(({ externalId: user, ...facts }) => ({ user, ...facts }));
    const input = { organization: params.externalId, members, dryRun, maxRemovals, version };
    return { body: presentMembersSet(await setMembers(deps, actor, input), dryRun) };
  },
});

export const directoryMemberOperations: readonly Operation[] = [
  putMember,
  deleteMember,
  getMember,
  listMembers,
  putMembers,
];
