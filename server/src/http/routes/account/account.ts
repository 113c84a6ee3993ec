// The caller's own account: sign up, name, email address, password, sessions, and deletion.
import { z } from "@hono/zod-openapi";
import { listAccountEvents } from "../../../use-cases/account/account.ts";
import { deleteAccount } from "../../../use-cases/account/delete.ts";
import { changePassword } from "../../../use-cases/account/password.ts";
import { updateAccount } from "../../../use-cases/account/update.ts";
import { signUp } from "../../../use-cases/invitation/join.ts";
import { endOtherSessions, endSession } from "../../../use-cases/session/end.ts";
import { describeSession, listSessions } from "../../../use-cases/session/session.ts";
import { Account, presentAccount } from "../../../wire/account.ts";
import { AuditEvent, auditQuery, parseAuditFilter, presentAuditEvent } from "../../../wire/audit.ts";
import {
  idOf,
  nameInput,
  pageOf,
  pageQuery,
  parsePage,
  presentPage,
  presentRevocation,
  RevocationReceipt,
} from "../../../wire/schema.ts";
import { BrowserSession, presentBrowserSession, presentSession, Session } from "../../../wire/session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { EmailInput, NewPasswordInput, PasswordInput, signedIn } from "../../browser.ts";

const signUpOperation = defineOperation({
  operationId: "signUp",
  method: "post",
  path: "/api/sign-up",
  tag: "Account",
  summary: "Create an account",
  description:
    "With an invitation, for the address that it was sent to. Without one, only where sign-up is open. The account gets a personal organization, and the invitation's membership in the same transaction.",
  credentials: ["public"],
  body: z.strictObject({
    name: nameInput("Ada Lovelace"),
    email: EmailInput,
    password: NewPasswordInput,
    invitation: z
      .string()
      .max(1000)
      .optional()
      .openapi({ description: "The part of the invitation's link after `#token=`." }),
  }),
  setsCookie: true,
  status: 201,
  response: Session,
  refusals: [
    "directory_external",
    "name_invalid",
    "email_invalid",
    "password_weak",
    "sign_up_closed",
    "invitation_invalid",
    "invitation_expired",
    "invitation_email_mismatch",
    "email_taken",
    "rate_limited",
    "server_busy",
    "limit_reached",
  ],
  handle: async ({ deps, body, origin }) => {
    const started = await signUp(deps, body, origin);
    return signedIn(started, presentSession(await describeSession(deps, started.actor)));
  },
});

const UpdatedAccount = Account.extend({
  confirmationSentTo: z
    .string()
    .nullable()
    .openapi({ description: "The new address, if it must still be confirmed by the link in the email." }),
}).openapi("UpdatedAccount");

const updateAccountOperation = defineOperation({
  operationId: "updateAccount",
  method: "patch",
  path: "/api/account",
  tag: "Account",
  summary: "Change my name or email address",
  description:
    "A change of the email address needs the password. If the instance sends email, it emails a link to the new address, and the address changes when the link is opened (`POST /api/email/verify`). The response does not reveal whether another account has the address. Without email the address changes at once, unverified, or the request is refused with `email_taken`.",
  credentials: ["session"],
  body: z.strictObject({
    name: nameInput("Ada Lovelace").optional(),
    email: EmailInput.optional(),
    password: PasswordInput.optional().openapi({ description: "Required to change the email address." }),
  }),
  status: 200,
  response: UpdatedAccount,
  refusals: [
    "directory_external",
    "name_invalid",
    "email_invalid",
    "password_wrong",
    "email_taken",
    "rate_limited",
    "server_busy",
  ],
  handle: async ({ deps, actor, body }) => {
    const { user, confirmationSentTo } = await updateAccount(deps, actor, body);
    return { body: { ...presentAccount(user), confirmationSentTo } };
  },
});

/** The further effects of a new password. */
export const PasswordChanged = z.object({ endedSessions: z.int(), revokedTokens: z.int() }).openapi("PasswordChanged");

const changePasswordOperation = defineOperation({
  operationId: "changePassword",
  method: "post",
  path: "/api/account/password",
  tag: "Account",
  summary: "Change my password",
  description:
    "Ends every other session. With `revokeTokens`, every token of the caller in all organizations is also revoked before the response.",
  credentials: ["session"],
  body: z.strictObject({
    currentPassword: PasswordInput,
    newPassword: NewPasswordInput,
    revokeTokens: z.boolean().optional(),
  }),
  status: 200,
  response: PasswordChanged,
  refusals: ["directory_external", "password_weak", "password_wrong", "rate_limited", "server_busy"],
  handle: async ({ deps, actor, body }) => ({ body: await changePassword(deps, actor, body) }),
});

const deleteAccountOperation = defineOperation({
  operationId: "deleteAccount",
  method: "delete",
  path: "/api/account",
  tag: "Account",
  summary: "Delete my account",
  description:
    "When the response arrives, every token of the caller is revoked, every session has ended, and the personal organization is deleted. API keys that the caller created in shared organizations keep working. With `last_owner`, the detail names the organizations that need another owner first.",
  credentials: ["session"],
  body: z.strictObject({ password: PasswordInput }),
  setsCookie: true,
  status: 200,
  response: RevocationReceipt,
  refusals: [
    "directory_external",
    "password_wrong",
    "last_owner",
    "last_instance_admin",
    "rate_limited",
    "server_busy",
  ],
  handle: async ({ deps, actor, body }) => ({
    body: presentRevocation(await deleteAccount(deps, actor, body.password)),
    session: "clear",
  }),
});

const listSessionsOperation = defineOperation({
  operationId: "listSessions",
  method: "get",
  path: "/api/account/sessions",
  tag: "Account",
  summary: "List where I am signed in",
  description: "Newest first.",
  credentials: ["session"],
  query: z.strictObject(pageQuery),
  status: 200,
  response: pageOf(BrowserSession),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, actor, query }) => ({
    body: presentPage(await listSessions(deps, actor, parsePage(query)), presentBrowserSession),
  }),
});

const SessionsEnded = z.object({ endedSessions: z.int() }).openapi("SessionsEnded");

const endOtherSessionsOperation = defineOperation({
  operationId: "endOtherSessions",
  method: "delete",
  path: "/api/account/sessions",
  tag: "Account",
  summary: "End all my other sessions",
  description: "When the response arrives, every session except the one of the request has ended.",
  credentials: ["session"],
  status: 200,
  response: SessionsEnded,
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: { endedSessions: await endOtherSessions(deps, actor) } }),
});

const endSessionOperation = defineOperation({
  operationId: "endSession",
  method: "delete",
  path: "/api/account/sessions/{id}",
  tag: "Account",
  summary: "End one of my sessions",
  description: "When the response arrives, the session has ended. Ending the session of the request signs out.",
  credentials: ["session"],
  params: z.strictObject({ id: idOf("session") }),
  setsCookie: true,
  status: 204,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => {
    await endSession(deps, actor, params.id);
    return { body: undefined, ...(params.id === actor.session.id ? { session: "clear" as const } : {}) };
  },
});

const listAccountEventsOperation = defineOperation({
  operationId: "listAccountEvents",
  method: "get",
  path: "/api/account/audit-events",
  tag: "Account",
  summary: "Read my own audit log",
  description: "The caller's actions and the actions that concern the caller, in all organizations, newest first.",
  credentials: ["session", "hand-off"],
  query: z.strictObject({
    ...pageQuery,
    ...auditQuery,
    organization: idOf("organization").optional().openapi({ description: "Only the events of this organization." }),
  }),
  status: 200,
  response: pageOf(AuditEvent),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, actor, query }) => {
    const { organization } = query;
    const filter = {
      ...parseAuditFilter(query),
      ...(organization === undefined ? {} : { organizationId: organization }),
    };
    return { body: presentPage(await listAccountEvents(deps, actor, filter, parsePage(query)), presentAuditEvent) };
  },
});

export const accountOperations: readonly Operation[] = [
  signUpOperation,
  updateAccountOperation,
  changePasswordOperation,
  deleteAccountOperation,
  listSessionsOperation,
  endOtherSessionsOperation,
  endSessionOperation,
  listAccountEventsOperation,
];
