import { QUERY_MAX_LENGTH } from "@mintmark/core";
import { z } from "@hono/zod-openapi";
import { setInstanceAdmin } from "../../../use-cases/admin/instance-admin.ts";
import { revokeUserTokens } from "../../../use-cases/admin/token.ts";
import { endUserSessions, getUser, listUsers, reinstateUser, suspendUser } from "../../../use-cases/admin/user.ts";
import {
  AdminUser,
  AdminUserDetail,
  presentAdminUser,
  presentAdminUserDetail,
  presentRevokedTokens,
  presentUserChange,
  RevokedTokens,
  UserChange,
  UserPath,
} from "../../../wire/admin.ts";
import {
  flag,
  idOf,
  pageOf,
  pageQuery,
  parsePage,
  presentPage,
  presentReceipt,
  Receipt,
} from "../../../wire/fields.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const listUsersOperation = defineOperation({
  operationId: "listUsers",
  method: "get",
  path: "/api/admin/users",
  tag: "Instance administration",
  summary: "List the accounts of the instance",
  description: "Newest first, suspended ones included, deleted ones not.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    query: z
      .string()
      .max(QUERY_MAX_LENGTH)
      .optional()
      .openapi({ description: "A part of the name or email address, or the whole id." }),
    state: z.enum(["active", "suspended"]).optional(),
    instanceAdmin: flag("Instance admins alone, or only the others.").optional(),
  }),
  status: 200,
  answer: pageOf(AdminUser),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => {
    const { state, instanceAdmin } = query;
    const filter = {
      query: query.query?.trim() || null,
      ...(state === undefined ? {} : { state }),
      ...(instanceAdmin === undefined ? {} : { instanceAdmin }),
    };
    return { body: presentPage(await listUsers(deps, filter, parsePage(query)), presentAdminUser) };
  },
});

const getUserOperation = defineOperation({
  operationId: "getUser",
  method: "get",
  path: "/api/admin/users/{id}",
  tag: "Instance administration",
  summary: "Read an account",
  description: "Where the person is a member, and how much of theirs is alive. Never a secret.",
  credentials: ["instance-admin"],
  params: UserPath,
  status: 200,
  answer: AdminUserDetail,
  refusals: ["not_found"],
  handle: async ({ deps, params }) => ({ body: presentAdminUserDetail(await getUser(deps, params.id)) }),
});

const updateUserOperation = defineOperation({
  operationId: "updateUser",
  method: "patch",
  path: "/api/admin/users/{id}",
  tag: "Instance administration",
  summary: "Appoint or dismiss an instance admin",
  description:
    "Needs a password given within the last 15 minutes. When a dismissal is answered, the person can administer nothing any more. The last instance admin who is not suspended stays one.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: UserPath,
  body: z.strictObject({ instanceAdmin: z.boolean() }),
  status: 200,
  answer: UserChange,
  refusals: ["not_found", "last_instance_admin", "person_suspended"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentUserChange(await setInstanceAdmin(deps, actor, { ...params, ...body })),
  }),
});

const suspendUserOperation = defineOperation({
  operationId: "suspendUser",
  method: "post",
  path: "/api/admin/users/{id}/suspend",
  tag: "Instance administration",
  summary: "Suspend an account",
  description:
    "When this is answered its sessions have ended and its tokens are refused everywhere. They rest until it is reinstated, unless an organization's `revokeOnSuspend` ends them. Repeating it answers the first instant.",
  credentials: ["instance-admin"],
  params: UserPath,
  status: 200,
  answer: UserChange,
  refusals: ["not_found", "last_instance_admin", "self_suspension"],
  handle: async ({ deps, actor, params }) => ({ body: presentUserChange(await suspendUser(deps, actor, params.id)) }),
});

const reinstateUserOperation = defineOperation({
  operationId: "reinstateUser",
  method: "post",
  path: "/api/admin/users/{id}/reinstate",
  tag: "Instance administration",
  summary: "Reinstate an account",
  description: "Its tokens that rested work again. Sessions that were ended stay ended.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: UserPath,
  status: 200,
  answer: UserChange,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentUserChange(await reinstateUser(deps, actor, params.id)) }),
});

const EndedUserSessions = z
  .object({
    receipt: Receipt,
    endedSessions: z.int().openapi({ description: "Browsers that were signed in." }),
  })
  .openapi("EndedUserSessions");

const endUserSessionsOperation = defineOperation({
  operationId: "endUserSessions",
  method: "post",
  path: "/api/admin/users/{id}/end-sessions",
  tag: "Instance administration",
  summary: "Sign a person out everywhere",
  description:
    "When this is answered, no browser of theirs is signed in. They may sign in again, and their tokens work on. Of one's own sessions the one that asks stays.",
  credentials: ["instance-admin"],
  params: UserPath,
  status: 200,
  answer: EndedUserSessions,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => {
    const { receipt, endedSessions } = await endUserSessions(deps, actor, params.id);
    return { body: { receipt: presentReceipt(receipt), endedSessions } };
  },
});

const revokeUserTokensOperation = defineOperation({
  operationId: "revokeUserTokens",
  method: "post",
  path: "/api/admin/users/{id}/revoke-tokens",
  tag: "Instance administration",
  summary: "Revoke every token of a person",
  description:
    "In all organizations, or in those named, in one transaction: when this is answered, they are dead everywhere. API keys stay, and the person may mint again.",
  credentials: ["instance-admin"],
  params: UserPath,
  body: z.strictObject({
    organizationIds: z
      .array(idOf("organization"))
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: "Only in these organizations of theirs." }),
  }),
  status: 200,
  answer: RevokedTokens,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentRevokedTokens(
      await revokeUserTokens(deps, actor, { ...params, organizationIds: body.organizationIds ?? null }),
    ),
  }),
});

export const adminUserOperations: readonly Operation[] = [
  listUsersOperation,
  getUserOperation,
  updateUserOperation,
  suspendUserOperation,
  reinstateUserOperation,
  endUserSessionsOperation,
  revokeUserTokensOperation,
];
