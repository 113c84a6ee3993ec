import { z } from "@hono/zod-openapi";
import { verifyEmail as verify } from "../../../service/email/verify-email.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Account, EndedOrNull, presentAccount } from "../../presenters/user.ts";

export const verifyEmail: Operation = defineOperation({
  operationId: "verifyEmail",
  method: "post",
  path: "/api/email/verify",
  tag: "Account",
  summary: "Confirm my address by the link in a letter",
  description:
    "It takes the session of the account that the letter was for. A link that was mailed to a new address makes it the account's. From then on tokens of the account carry the address as verified. The first time, whatever was made in the account before ends (tokens, API keys, invitations, domains it opened, device logins, the calendar feed and every other session), for until then somebody else may have held it; `ended` counts it.",
  credentials: ["session"],
  recentPassword: "first-proof",
  body: z.strictObject({
    token: z.string().max(1000).openapi({ description: "What follows `#token=` in the letter's link." }),
  }),
  status: 200,
  answer: Account.extend({ ended: EndedOrNull }).openapi("ConfirmedAccount"),
  refusals: ["link_invalid", "link_expired", "link_other_account", "email_taken"],
  handle: async ({ deps, actor, body }) => {
    const { user, ended } = await verify(deps, actor, body.token);
    return { body: { ...presentAccount(user), ended } };
  },
});
