// The accounts of the instance, for instance admins: list, suspend and reinstate them, end their sessions, revoke their
// tokens, make a link for a forgotten password, and appoint instance admins. Deliberately absent: reading or changing
// anything that a person owns.
import { QUERY_MAX_LENGTH } from "@mintmark/core";
import { z } from "@hono/zod-openapi";
import { setInstanceAdmin } from "../../../use-cases/admin/instance-admin.ts";
import { createResetLink } from "../../../use-cases/admin/password-reset.ts";
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
  Instant,
  pageOf,
  pageQuery,
  parsePage,
  presentInstant,
  presentPage,
  presentReceipt,
  Receipt,
} from "../../../wire/schema.ts";
import { defineOperation, type Operation } from "../../operation.ts";

const listUsersOperation = defineOperation({
  operationId: "listUsers",
  method: "get",
  path: "/api/admin/users",
  tag: "Instance administration",
  summary: "List the accounts of the instance",
  description: "Newest first, including suspended accounts, without deleted ones.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    query: z
      .string()
      .max(QUERY_MAX_LENGTH)
      .optional()
      .openapi({ description: "Part of the name or email address, or the complete id." }),
    state: z.enum(["active", "suspended"]).optional().openapi({ description: "Only users in this state." }),
    instanceAdmin: flag("`true`: only instance admins. `false`: only other accounts.").optional(),
  }),
  status: 200,
  response: pageOf(AdminUser),
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
  description: "The person's memberships, and the number of their active tokens and sessions. Never a secret.",
  credentials: ["instance-admin"],
  params: UserPath,
  status: 200,
  response: AdminUserDetail,
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
    "Needs a password given within the last 15 minutes. After a dismissal, when the response arrives, the person can no longer administer the instance. The last instance admin who is not suspended cannot be dismissed.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: UserPath,
  body: z.strictObject({ instanceAdmin: z.boolean() }),
  status: 200,
  response: UserChange,
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
    "When the response arrives, all sessions of the account have ended and its tokens are refused everywhere. The tokens are paused until the account is reinstated, unless an organization's `revokeOnSuspend` revokes them. A repeated request returns the first instant.",
  credentials: ["instance-admin"],
  params: UserPath,
  status: 200,
  response: UserChange,
  refusals: ["not_found", "last_instance_admin", "self_suspension"],
  handle: async ({ deps, actor, params }) => ({ body: presentUserChange(await suspendUser(deps, actor, params.id)) }),
});

const reinstateUserOperation = defineOperation({
  operationId: "reinstateUser",
  method: "post",
  path: "/api/admin/users/{id}/reinstate",
  tag: "Instance administration",
  summary: "Reinstate an account",
  description: "Its paused tokens work again. Ended sessions stay ended.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: UserPath,
  status: 200,
  response: UserChange,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentUserChange(await reinstateUser(deps, actor, params.id)) }),
});

const EndedUserSessions = z
  .object({
    receipt: Receipt,
    endedSessions: z.int().openapi({ description: "The number of ended sessions." }),
  })
  .openapi("EndedUserSessions");

const endUserSessionsOperation = defineOperation({
  operationId: "endUserSessions",
  method: "post",
  path: "/api/admin/users/{id}/end-sessions",
  tag: "Instance administration",
  summary: "Sign a person out everywhere",
  description:
    "When the response arrives, all sessions of the person have ended. The person may sign in again, and their tokens keep working. If you call this for your own account, the session of the request stays.",
  credentials: ["instance-admin"],
  params: UserPath,
  status: 200,
  response: EndedUserSessions,
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
    "Revokes the tokens in all organizations, or in the named ones, in one transaction. When the response arrives, they are refused everywhere. API keys stay active, and the person may mint new tokens.",
  credentials: ["instance-admin"],
  params: UserPath,
  body: z.strictObject({
    organizationIds: z
      .array(idOf("organization"))
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: "Only in these organizations of the person." }),
  }),
  status: 200,
  response: RevokedTokens,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentRevokedTokens(
      await revokeUserTokens(deps, actor, { ...params, organizationIds: body.organizationIds ?? null }),
    ),
  }),
});

const createResetLinkOperation = defineOperation({
  operationId: "createResetLink",
  method: "post",
  path: "/api/admin/users/{id}/reset-link",
  tag: "Instance administration",
  summary: "Make a link for a forgotten password",
  description:
    "Needs a password given within the last 15 minutes. Give the link to the person in a way that reaches only them: it works once, within one hour, sets a new password and ends all their sessions. Their earlier reset links stop working. The person gets a notice, and an email at a confirmed address. The link stops working when the person who made it is no longer an instance admin. It cannot be made for an instance admin; `mintmark-server password-reset` on the server makes one.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: UserPath,
  status: 201,
  response: z
    .object({
      url: z.string().openapi({ description: "The link. It is shown only once, and stored only as a hash." }),
      expiresAt: Instant,
    })
    .openapi("ResetLink"),
  refusals: ["directory_external", "not_found", "instance_admin_protected", "person_suspended", "rate_limited"],
  handle: async ({ deps, actor, params }) => {
    const { link, expiresAt } = await createResetLink(deps, actor, params.id);
    const url = `${deps.settings.baseUrl}/reset-password#token=${link.expose()}`;
    return { body: { url, expiresAt: presentInstant(expiresAt) } };
  },
});

export const adminUserOperations: readonly Operation[] = [
  listUsersOperation,
  getUserOperation,
  updateUserOperation,
  suspendUserOperation,
  reinstateUserOperation,
  endUserSessionsOperation,
  createResetLinkOperation,
  revokeUserTokensOperation,
];
