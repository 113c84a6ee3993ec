import { z } from "@hono/zod-openapi";
import { verifyEmail as verify } from "../../../service/email/verify-email.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Account, EndedOrNull, presentAccount } from "../../presenters/user.ts";

export const verifyEmail: Operation = defineOperation({
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
    const { user, ended } = await verify(deps, actor, body.token);
    return { body: { ...presentAccount(user), ended } };
  },
});
