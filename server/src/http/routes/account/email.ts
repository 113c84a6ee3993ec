// Links by email: to confirm an address and to set a new password, and setting it by such a link or one that an instance
// admin made. Rule: no response reveals whether an address has an
// account.
import { z } from "@hono/zod-openapi";
import { requestVerification } from "../../../use-cases/account/email-link.ts";
import { forgotPassword, resetPassword } from "../../../use-cases/account/password.ts";
import { verifyEmail } from "../../../use-cases/account/verify-email.ts";
import { Account, EndedOrNull, presentAccount } from "../../../wire/account.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { EmailInput, NewPasswordInput } from "../../browser.ts";
import { PasswordChanged } from "./account.ts";

const requestEmailVerificationOperation = defineOperation({
  operationId: "requestEmailVerification",
  method: "post",
  path: "/api/account/email/verification",
  tag: "Account",
  summary: "Send me an email to confirm my address",
  description:
    "Returns when the mail server has accepted the email. Its link works once, within one hour. One address gets a few emails an hour.",
  credentials: ["session"],
  status: 202,
  response: z.object({ email: z.string().openapi({ description: "The recipient's address." }) }),
  refusals: ["email_verified", "mail_off", "rate_limited"],
  handle: async ({ deps, actor }) => {
    await requestVerification(deps, actor);
    return { body: { email: actor.user.email } };
  },
});

const verifyEmailOperation = defineOperation({
  operationId: "verifyEmail",
  method: "post",
  path: "/api/email/verify",
  tag: "Account",
  summary: "Confirm my address by the link in an email",
  description:
    "Needs a session of the account that the email was sent for. A link that was emailed to a new address also makes it the account's address. From then on, the address of the account's tokens counts as verified. The first confirmation ends everything created in the account before (tokens, API keys, invitations, domains it opened, device logins, the calendar feed and every other session), because somebody else may have opened the account. `ended` has the counts.",
  credentials: ["session"],
  recentPassword: "first-proof",
  body: z.strictObject({
    token: z.string().max(1000).openapi({ description: "The part of the email's link after `#token=`." }),
  }),
  status: 200,
  response: Account.extend({ ended: EndedOrNull }).openapi("ConfirmedAccount"),
  refusals: ["directory_external", "link_invalid", "link_expired", "link_other_account", "email_taken"],
  handle: async ({ deps, actor, body }) => {
    const { user, ended } = await verifyEmail(deps, actor, body.token);
    return { body: { ...presentAccount(user), ended } };
  },
});

export const emailOperations: readonly Operation[] = [requestEmailVerificationOperation, verifyEmailOperation];

const forgotPasswordOperation = defineOperation({
  operationId: "forgotPassword",
  method: "post",
  path: "/api/password/forgot",
  tag: "Account",
  summary: "Request an email to set a new password",
  description:
    "The response does not reveal whether the address has an account. If it has one, it gets an email with a link that works once, within one hour. One address gets a few emails an hour, and requests from one network are also limited.",
  credentials: ["public"],
  body: z.strictObject({ email: EmailInput }),
  status: 202,
  response: z.object({ accepted: z.literal(true) }),
  refusals: ["email_invalid", "mail_off", "rate_limited"],
  handle: async ({ deps, body, origin }) => {
    await forgotPassword(deps, body, origin);
    return { body: { accepted: true as const } };
  },
});

const resetPasswordOperation = defineOperation({
  operationId: "resetPassword",
  method: "post",
  path: "/api/password/reset",
  tag: "Account",
  summary: "Set a new password by a link",
  description:
    "Ends every session of the account and every other reset link before the response. Tokens stay active unless `revokeTokens` is set. If the address was not confirmed, a link from an email confirms it and ends everything created in the account before; `ended` has the counts. A link that an instance admin or the operator made confirms no address. The request does not sign in.",
  credentials: ["public"],
  body: z.strictObject({
    token: z.string().max(1000).openapi({ description: "The part of the link after `#token=`." }),
    password: NewPasswordInput,
    revokeTokens: z.boolean().optional(),
  }),
  status: 200,
  response: PasswordChanged.extend({ ended: EndedOrNull }).openapi("PasswordReset"),
  refusals: ["directory_external", "link_invalid", "link_expired", "password_weak", "server_busy"],
  handle: async ({ deps, body, origin }) => ({ body: await resetPassword(deps, body, origin) }),
});

export const passwordOperations: readonly Operation[] = [forgotPasswordOperation, resetPasswordOperation];
