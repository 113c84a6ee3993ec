import { z } from "@hono/zod-openapi";
import { requestVerification } from "../../../use-cases/account/email.ts";
import { forgotPassword, resetPassword } from "../../../use-cases/account/password.ts";
import { verifyEmail } from "../../../use-cases/account/verify-email.ts";
import { Account, EndedOrNull, presentAccount } from "../../../wire/account.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { EmailInput, PasswordInput } from "../../session-cookie.ts";
import { PasswordChanged } from "./account.ts";

const requestEmailVerificationOperation = defineOperation({
  operationId: "requestEmailVerification",
  method: "post",
  path: "/api/account/email/verification",
  tag: "Account",
  summary: "Send me an email to confirm my address",
  description:
    "Answers when the mail server has accepted the email. Its link works once, for one hour. One address gets a few emails an hour.",
  credentials: ["session"],
  status: 202,
  answer: z.object({ email: z.string().openapi({ description: "The address that the email was sent to." }) }),
  refusals: ["email_verified", "mail_off", "rate_limited", "mail_unavailable"],
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
    "Needs a session of the account that the email was sent for. A link that was emailed to a new address also makes it the account's address. From then on the account's tokens carry the address as verified. The first confirmation ends everything made in the account before (tokens, API keys, invitations, domains it opened, device logins, the calendar feed and every other session), because somebody else may have opened the account; `ended` counts it.",
  credentials: ["session"],
  recentPassword: "first-proof",
  body: z.strictObject({
    token: z.string().max(1000).openapi({ description: "What follows `#token=` in the email's link." }),
  }),
  status: 200,
  answer: Account.extend({ ended: EndedOrNull }).openapi("ConfirmedAccount"),
  refusals: ["link_invalid", "link_expired", "link_other_account", "email_taken"],
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
  summary: "Ask for an email to set a new password",
  description:
    "The answer is the same whether the address has an account. If it has, it gets an email whose link works once, for one hour. One address gets a few emails an hour, and the requests of one network are limited too.",
  credentials: ["public"],
  body: z.strictObject({ email: EmailInput }),
  status: 202,
  answer: z.object({ accepted: z.literal(true) }),
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
  summary: "Set a new password by the link in an email",
  description:
    "Ends every session of the account and every other reset link before the answer. Tokens stay unless `revokeTokens` is set. If the address was not confirmed, the link confirms it and ends everything made in the account before; `ended` counts it. The request signs nobody in.",
  credentials: ["public"],
  body: z.strictObject({
    token: z.string().max(1000).openapi({ description: "What follows `#token=` in the email's link." }),
    password: PasswordInput,
    revokeTokens: z.boolean().optional(),
  }),
  status: 200,
  answer: PasswordChanged.extend({ ended: EndedOrNull }).openapi("PasswordReset"),
  refusals: ["link_invalid", "link_expired", "password_weak", "server_busy"],
  handle: async ({ deps, body, origin }) => ({ body: await resetPassword(deps, body, origin) }),
});

export const passwordOperations: readonly Operation[] = [forgotPasswordOperation, resetPasswordOperation];
