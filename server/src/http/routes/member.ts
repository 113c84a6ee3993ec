// The members of an organization: their roles, and suspension and removal with preview and receipt. Rule: a response
// that ends authority is sent after the end is durable.
import { z } from "@hono/zod-openapi";
import { type MembershipId, type OrganizationId, QUERY_MAX_LENGTH } from "@mintmark/core";
import {
  changeRole,
  listMembers,
  type MemberPath as MemberPathValue,
  reinstateMember,
  removeMember,
  suspendMember,
} from "../../use-cases/member/member.ts";
import { findOffboarding } from "../../use-cases/member/offboarding.ts";
import { previewOffboarding } from "../../use-cases/member/preview-offboarding.ts";
import { idOf, pageOf, pageQuery, parsePage, presentPage } from "../../wire/schema.ts";
import {
  Member,
  MemberChange,
  Offboarding,
  OffboardingPreview,
  OffboardingReceipt,
  presentMember,
  presentMemberChange,
  presentOffboarding,
  presentOffboardingPreview,
  presentOffboardingReceipt,
  presentSuspendedMember,
  SuspendedMember,
} from "../../wire/member.ts";
import { defineOperation, type Operation } from "../operation.ts";
import { OrganizationPath } from "./organization.ts";

/** The path of one member, by membership. A person who left and joined again is another member. */
const MemberPath = z.strictObject({ id: idOf("organization"), membershipId: idOf("membership") });

function memberPathOf(params: { readonly id: OrganizationId; readonly membershipId: MembershipId }): MemberPathValue {
  return { organizationId: params.id, membershipId: params.membershipId };
}

/** The body of a removal or suspension. It may be absent. */
const OffboardingBody = z.strictObject({
  revokeApiKeys: z.array(idOf("apiKey")).max(200).default([]).openapi({
    description: "API keys of the organization to revoke in the same transaction, all or none. Needs `api-keys:write`.",
  }),
});

const listMembersOperation = defineOperation({
  operationId: "listMembers",
  method: "get",
  path: "/api/organizations/{id}/members",
  tag: "Members",
  summary: "List members",
  description: "The most recent members first.",
  credentials: ["session", "pat", "api-key"],
  permission: "members:read",
  params: OrganizationPath,
  query: z.strictObject({
    ...pageQuery,
    query: z.string().max(QUERY_MAX_LENGTH).optional().openapi({ description: "Part of a name or an email address." }),
  }),
  status: 200,
  response: pageOf(Member),
  refusals: ["cursor_invalid", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => {
    const input = { organizationId: params.id, query: query.query ?? null, page: parsePage(query) };
    return { body: presentPage(await listMembers(deps, actor, input), presentMember) };
  },
});

const changeRoleOperation = defineOperation({
  operationId: "changeRole",
  method: "patch",
  path: "/api/organizations/{id}/members/{membershipId}",
  tag: "Members",
  summary: "Change a member's role",
  description:
    "The permissions of their tokens change at once. The caller must have every permission of the current and the new role, so nobody can raise their own role.",
  credentials: ["session", "pat", "api-key"],
  recentPassword: "powerful-role",
  permission: "members:write",
  params: MemberPath,
  body: z.strictObject({ role: z.string().max(100).openapi({ example: "viewer" }) }),
  status: 200,
  response: MemberChange,
  refusals: [
    "directory_external",
    "role_unknown",
    "permission_denied",
    "role_exceeds_caller",
    "personal_organization",
    "last_owner",
    "not_found",
  ],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentMemberChange(await changeRole(deps, actor, { ...memberPathOf(params), ...body })),
  }),
});

const previewOffboardingOperation = defineOperation({
  operationId: "previewOffboarding",
  method: "get",
  path: "/api/organizations/{id}/members/{membershipId}/offboarding",
  tag: "Members",
  summary: "Preview what removing or suspending a member ends",
  description:
    "Returns what would happen now: tokens that would be revoked or paused, API keys that keep working, invitations that would be withdrawn, sessions that would move, and whether the request would be refused. A session may also preview leaving, without the permission.",
  credentials: ["session", "pat", "api-key"],
  permission: "members:write",
  params: MemberPath,
  query: z.strictObject({
    mode: z
      .enum(["remove", "suspend"])
      .default("remove")
      .openapi({ description: "The change that the preview shows." }),
  }),
  status: 200,
  response: OffboardingPreview,
  refusals: ["permission_denied", "personal_organization", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentOffboardingPreview(deps, await previewOffboarding(deps, actor, { ...memberPathOf(params), ...query })),
  }),
});

const suspendMemberOperation = defineOperation({
  operationId: "suspendMember",
  method: "post",
  path: "/api/organizations/{id}/members/{membershipId}/suspend",
  tag: "Members",
  summary: "Suspend a member",
  description:
    "When the response arrives, their tokens of this organization are refused everywhere. The tokens are paused until the member is reinstated, unless the policy's `revokeOnSuspend` revokes them. API keys in `revokeApiKeys` are revoked in the same transaction. If one is unknown, belongs to another organization or is already revoked, the request is refused and changes nothing.",
  credentials: ["session", "pat", "api-key"],
  permission: "members:write",
  params: MemberPath,
  body: OffboardingBody,
  status: 200,
  response: SuspendedMember,
  refusals: [
    "directory_external",
    "permission_denied",
    "role_exceeds_caller",
    "personal_organization",
    "self_suspension",
    "already_suspended",
    "last_owner",
    "credential_not_active",
    "not_found",
  ],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentSuspendedMember(await suspendMember(deps, actor, { ...memberPathOf(params), ...body })),
  }),
});

const reinstateMemberOperation = defineOperation({
  operationId: "reinstateMember",
  method: "post",
  path: "/api/organizations/{id}/members/{membershipId}/reinstate",
  tag: "Members",
  summary: "Reinstate a suspended member",
  description: "Paused tokens work again; revoked ones stay revoked.",
  credentials: ["session", "pat", "api-key"],
  recentPassword: "powerful-role",
  permission: "members:write",
  params: MemberPath,
  status: 200,
  response: MemberChange,
  refusals: [
    "directory_external",
    "permission_denied",
    "role_exceeds_caller",
    "personal_organization",
    "suspended_by_host",
    "not_found",
  ],
  handle: async ({ deps, actor, params }) => ({
    body: presentMemberChange(await reinstateMember(deps, actor, memberPathOf(params))),
  }),
});

const removeMemberOperation = defineOperation({
  operationId: "removeMember",
  method: "delete",
  path: "/api/organizations/{id}/members/{membershipId}",
  tag: "Members",
  summary: "Remove a member, or leave",
  description:
    "When the response arrives, every token that they minted here is refused everywhere. Joining again restores none of them. API keys stay active, except those in `revokeApiKeys`. If one of these is unknown, belongs to another organization or is already revoked, the request is refused and changes nothing. With your own membership you leave the organization: that needs a session but no permission.",
  credentials: ["session", "pat", "api-key"],
  permission: "members:write",
  params: MemberPath,
  body: OffboardingBody,
  status: 200,
  response: OffboardingReceipt,
  refusals: [
    "directory_external",
    "permission_denied",
    "role_exceeds_caller",
    "personal_organization",
    "session_required",
    "last_owner",
    "credential_not_active",
    "not_found",
  ],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentOffboardingReceipt(await removeMember(deps, actor, { ...memberPathOf(params), ...body })),
  }),
});

const getOffboardingReceiptOperation = defineOperation({
  operationId: "getOffboardingReceipt",
  method: "get",
  path: "/api/organizations/{id}/offboarding-receipts/{auditEventId}",
  tag: "Members",
  summary: "Fetch the receipt of a removal, leaving or suspension again",
  description:
    "Read from the audit log by the membership's event: `member.removed`, `member.left` or `member.suspended`. Needs `audit:read` or `members:write`.",
  credentials: ["session", "pat", "api-key"],
  params: z.strictObject({ id: idOf("organization"), auditEventId: idOf("auditEvent") }),
  status: 200,
  response: Offboarding,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => {
    const input = { organizationId: params.id, eventId: params.auditEventId };
    return { body: presentOffboarding(await findOffboarding(deps, actor, input)) };
  },
});

export const memberOperations: readonly Operation[] = [
  listMembersOperation,
  changeRoleOperation,
  previewOffboardingOperation,
  suspendMemberOperation,
  reinstateMemberOperation,
  removeMemberOperation,
  getOffboardingReceiptOperation,
];
